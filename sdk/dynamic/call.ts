import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import type { Choice } from "../../provider/hosts/dynamic/functions.js";
import { idsOfDependencies } from "./dependencies";
import { Provider } from "./provider";

/** Pulumi's dynamic provider has no functions, so they run here, in the program's own process. */
export async function call<Answer extends z.ZodObject>(
  choose: Choice<Answer>,
  args: pulumi.Inputs,
  options: pulumi.InvokeOptions,
): Promise<z.output<Answer>> {
  const provider = settingsOf(options);
  // Waits for what is an output among them, and marks what is not known in a preview.
  const plain = (props: pulumi.Inputs) => pulumi.runtime.serializeProperties("dench", props);
  const [given, settings] = await Promise.all([plain(args), provider && plain(provider)]);
  // Loaded by the first call: a program that only has resources does without it.
  const { callFunction } = await import("../../provider/hosts/dynamic/functions.js");
  const { getConfig } = pulumi.runtime;
  const program = {
    settings,
    config: (key: string) => getConfig(key),
    warn: (line: string) => void pulumi.log.warn(line),
  };
  return callFunction(choose, given, program).catch((error: unknown) => {
    // Shown without a stack, which would lead into this package.
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  });
}

/** The answer is known once all arguments and the provider's options are, and the resources that it waits for are made. */
export function callOutput<Answer extends z.ZodObject>(
  choose: Choice<Answer>,
  args: pulumi.Inputs,
  options: pulumi.InvokeOutputOptions,
): pulumi.Output<z.output<Answer>> {
  // A token is a secret, what is asked with it is none.
  const settings = pulumi.unsecret(pulumi.output(settingsOf(options)));
  const named = pulumi.output(options.dependsOn).apply((on) => [on ?? []].flat());
  const made = named.apply((resources) => pulumi.output(idsOfDependencies(args, resources)));
  return pulumi.all([args, settings, made]).apply(([given]) => call(choose, given, options));
}

/** The options of an explicit provider; undefined: there is none. */
function settingsOf({ provider, parent }: pulumi.InvokeOptions): pulumi.Inputs | undefined {
  const given = provider ?? parent?.getProvider("pulumi-nodejs:dynamic:Resource");
  if (!given) return undefined;
  const args = Provider.argsOf(given);
  if (args) return { ...args };
  throw new pulumi.RunError(
    "Could not call a function: its provider was not made by the class Provider of pulumi-dench/dynamic, so its options cannot be seen here. Make it so, or leave it out. [dench:invalid_arguments]",
  );
}
