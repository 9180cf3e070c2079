import * as pulumi from "@pulumi/pulumi";
import { newKeyState } from "./key-state";

// A dynamic provider that responds immediately, registered like ours: its constant code loads this module. Its time is what the
// engine and Pulumi's host of dynamic providers need.

/** Pulumi's host loads this provider from the code of a `DoNothingKey`. */
export const provider: pulumi.dynamic.ResourceProvider<{ name: string }> = {
  check: async (_olds, news) => ({ inputs: news, failures: [] }),
  diff: async () => ({ changes: false }),
  create: async ({ name }) => {
    const { id, state } = newKeyState(name);
    return { id, outs: state };
  },
  delete: async () => {},
};

/** A key of the do-nothing provider. */
export class DoNothingKey extends pulumi.CustomResource {
  constructor(name: string) {
    const outputs = Object.keys(newKeyState(name).state).map((property) => [property, undefined]);
    const props = {
      ...Object.fromEntries(outputs),
      name,
      __provider: `exports.handler=()=>require(${JSON.stringify(__filename)}).provider`,
    };
    super("pulumi-nodejs:dynamic/bench:DoNothingKey", name, props, {
      additionalSecretOutputs: ["key", "previousKey"],
    });
  }
}
