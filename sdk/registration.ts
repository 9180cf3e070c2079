import * as pulumi from "@pulumi/pulumi";
import { pluginDownloadURL, version } from "../version";

/** How a class is made known to the engine: what differs between the two ways to serve it. */
export interface Registration {
  /** The token that states name the resource by. */
  readonly type: string;
  /** Properties beside the resource's own. */
  readonly props: pulumi.Inputs;
  /** Options that those of the program are merged with. */
  readonly options: pulumi.CustomResourceOptions;
}

const dynamicType = (kind: string) => `pulumi-nodejs:dynamic/pulumi-dench:${kind}`;

/** Served by the plugin of this version. A key that a dynamic provider made goes on as it is. */
export function byPlugin(kind: string): Registration {
  const options = { version, pluginDownloadURL, aliases: [{ type: dynamicType(kind) }] };
  return { type: `dench:index:${kind}`, props: {}, options };
}

/**
 * Served by Pulumi's dynamic provider, in the program's own installation. Its host wants the provider as source text; this
 * constant one only loads a module of this package, so no program is serialised into the state. `handler` is the name of
 * the provider in that module. Text and type stand in users' states: they stay as they are.
 */
export function byDynamicProvider(kind: string, handler: string): Registration {
  const source = `exports.handler=()=>require("pulumi-dench/dynamic-host").${handler}`;
  return { type: dynamicType(kind), props: { __provider: source }, options: {} };
}

/** Marks an argument as a secret if it is given. */
export function secret<T>(value: pulumi.Input<T> | undefined): pulumi.Output<pulumi.Unwrap<T>> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}

/** Makes outputs undefined where the engine has null: there is none, and the types of the outputs say undefined. */
export function absentAsUndefined(resource: pulumi.Resource, names: readonly string[]): void {
  for (const name of names) {
    const output: unknown = Reflect.get(resource, name);
    if (!pulumi.Output.isInstance(output)) continue;
    Reflect.set(
      resource,
      name,
      output.apply((value) => value ?? undefined),
    );
  }
}

/** Whether the object is a resource of this registration, also one of another copy of this package. */
export function isInstanceOf({ type }: Registration, object: unknown): boolean {
  return typeof object === "object" && object !== null && Reflect.get(object, "__pulumiType") === type;
}
