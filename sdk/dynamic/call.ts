import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import type { Choice } from "../../provider/hosts/dynamic/functions.js";
import { idsOfDependencies } from "./dependencies";
import { Provider } from "./provider";

/** Calls a function in the program's own process, because Pulumi's dynamic provider does not support functions. */
export async function call<Result extends z.ZodObject>(
  choose: Choice<Result>,
  args: pulumi.Inputs,
  options: pulumi.InvokeOptions,
): Promise<z.output<Result>> {
  const provider = settingsOf(options);
  // Waits for outputs, and marks values that are unknown in a preview.
  const plain = (props: pulumi.Inputs) => pulumi.runtime.serializeProperties("dench", props);
  const [given, settings] = await Promise.all([plain(args), provider && plain(provider)]);
  // Loaded by the first call, because programs without function calls do not need it.
  const { callFunction } = await import("../../provider/hosts/dynamic/functions.js");
  const { getConfig } = pulumi.runtime;
  const program = {
    settings,
    config: (key: string) => getConfig(key),
    warn: (line: string) => void pulumi.log.warn(line),
  };
  return callFunction(choose, given, program).catch((error: unknown) => {
    // Pulumi shows a RunError without a stack trace, which would only show this package.
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  });
}

/** Calls a function after its arguments and the provider's options are known, and the resources that it depends on exist. */
export function callOutput<Result extends z.ZodObject>(
  choose: Choice<Result>,
  args: pulumi.Inputs,
  options: pulumi.InvokeOutputOptions,
): pulumi.Output<z.output<Result>> {
  // A result is not secret, although the token is.
  const settings = pulumi.unsecret(pulumi.output(settingsOf(options)));
  const dependsOn = pulumi.output(options.dependsOn).apply((on) => [on ?? []].flat());
  const created = dependsOn.apply((resources) => pulumi.output(idsOfDependencies(args, resources)));
  return pulumi.all([args, settings, created]).apply(([given]) => call(choose, given, options));
}

/** Returns the options of an explicit provider, or undefined if there is none. */
function settingsOf({ provider, parent }: pulumi.InvokeOptions): pulumi.Inputs | undefined {
  const given = provider ?? parent?.getProvider("pulumi-nodejs:dynamic:Resource");
  if (!given) return undefined;
  const args = Provider.argsOf(given);
  if (args) return { ...args };
  throw new pulumi.RunError(
    "Could not call a function: the options of its provider cannot be read, because it is not a Provider of pulumi-dench/dynamic. Use that class, or omit the provider. [dench:invalid_arguments]",
  );
}
