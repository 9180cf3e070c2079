import * as pulumi from "@pulumi/pulumi";
import { pluginDownloadURL, version } from "../version";

/** How a class is registered with the engine. The plugin and the dynamic provider use different registrations. */
export interface Registration {
  /** The token of the resource type in stack states. */
  readonly type: string;
  /** Properties in addition to the resource's own. */
  readonly props: pulumi.Inputs;
  /** Options to merge with the program's options. */
  readonly options: pulumi.CustomResourceOptions;
}

const dynamicType = (kind: string) => `pulumi-nodejs:dynamic/pulumi-dench:${kind}`;

/**
 * Returns the registration for the plugin of this version. Its alias lets a stack switch from the dynamic provider to the plugin
 * without replacing its keys.
 */
export function byPlugin(kind: string): Registration {
  const options = { version, pluginDownloadURL, aliases: [{ type: dynamicType(kind) }] };
  return { type: `dench:index:${kind}`, props: {}, options };
}

/**
 * Returns the registration for Pulumi's dynamic provider, which runs from the program's own installation. Its host requires
 * the provider's source code. This constant code only loads a module of this package, so the state contains no serialized
 * program. `handler` is the name of the provider in that module. The code and the type are stored in users' states, and must
 * never change.
 */
export function byDynamicProvider(kind: string, handler: string): Registration {
  const source = `exports.handler=()=>require("pulumi-dench/dynamic-host").${handler}`;
  return { type: dynamicType(kind), props: { __provider: source }, options: {} };
}

/** Marks an argument as a secret if it is given. */
export function secret<T>(value: pulumi.Input<T> | undefined): pulumi.Output<pulumi.Unwrap<T>> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}

/** Replaces null outputs with undefined. The engine uses null for absent outputs, but their types allow only undefined. */
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

/** Returns true if the object is a resource with this registration, even if it comes from another copy of this package. */
export function isInstanceOf({ type }: Registration, object: unknown): boolean {
  return typeof object === "object" && object !== null && Reflect.get(object, "__pulumiType") === type;
}
