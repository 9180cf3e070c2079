import * as pulumi from "@pulumi/pulumi";
import { getAllResources } from "@pulumi/pulumi/output";

/**
 * Returns the IDs of the resources that a function call depends on, like the plugin's calls: the resources that its arguments
 * come from, the given ones, and their children. The IDs are unknown in a preview that would create one of the resources.
 */
export async function idsOfDependencies(
  args: pulumi.Inputs,
  dependsOn: readonly pulumi.Resource[],
): Promise<pulumi.Output<string>[]> {
  const found = new Set<pulumi.Resource>();
  for (const resource of [...(await getAllResources(pulumi.output(args))), ...dependsOn]) {
    await addWithChildren(resource, found);
  }
  return [...found].filter((resource) => pulumi.CustomResource.isInstance(resource)).map(({ id }) => id);
}

async function addWithChildren(resource: pulumi.Resource, found: Set<pulumi.Resource>): Promise<void> {
  if (found.has(resource)) return;
  found.add(resource);
  if (!pulumi.ComponentResource.isInstance(resource)) return;
  // These fields are private, but Pulumi's `invokeOutput` uses the same ones. A component's children exist after its data.
  if ("__data" in resource) await resource.__data;
  const children =
    "__childResources" in resource && resource.__childResources instanceof Set ? resource.__childResources : [];
  for (const child of children) if (pulumi.Resource.isInstance(child)) await addWithChildren(child, found);
}
