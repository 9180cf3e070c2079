import * as pulumi from "@pulumi/pulumi";
import { getAllResources } from "@pulumi/pulumi/output";

/**
 * The ids of what a function's answer waits for, as with the plugin: the resources that its arguments come from, those that
 * are named, and their children. Not known in a preview that would make one.
 */
export async function idsOfDependencies(
  args: pulumi.Inputs,
  named: readonly pulumi.Resource[],
): Promise<pulumi.Output<string>[]> {
  const awaited = new Set<pulumi.Resource>();
  for (const resource of [...(await getAllResources(pulumi.output(args))), ...named]) {
    await addWithChildren(resource, awaited);
  }
  return [...awaited].filter((resource) => pulumi.CustomResource.isInstance(resource)).map(({ id }) => id);
}

async function addWithChildren(resource: pulumi.Resource, found: Set<pulumi.Resource>): Promise<void> {
  if (found.has(resource)) return;
  found.add(resource);
  if (!pulumi.ComponentResource.isInstance(resource)) return;
  // Pulumi's own words, and not public: `invokeOutput` goes by the same. A component has its children once it has its data.
  if ("__data" in resource) await resource.__data;
  const children =
    "__childResources" in resource && resource.__childResources instanceof Set ? resource.__childResources : [];
  for (const child of children) if (pulumi.Resource.isInstance(child)) await addWithChildren(child, found);
}
