import { dynamicEntrySource, pluginEntrySource } from "./typescript/entries";
import { dynamicFunctionsSource, functionsSource, functionTypesSource } from "./typescript/functions";
import type { Model } from "./typescript/model";
import { providerArgsSource, providerSource } from "./typescript/provider";
import { moduleOf, resourceSource } from "./typescript/resources";
import { typesSource } from "./typescript/types";

/** Returns the generated sources of the SDK by their paths from the root, without formatting. */
export function sdkSources(model: Model): Readonly<Record<string, string>> {
  const { provider, resources } = model;
  return {
    ...Object.fromEntries(resources.map((each) => [`sdk/${moduleOf(each.name)}.ts`, resourceSource(each)] as const)),
    "sdk/types.ts": typesSource(model),
    "sdk/function-types.ts": functionTypesSource(model),
    "sdk/functions.ts": functionsSource(model),
    "sdk/provider-args.ts": providerArgsSource(provider),
    "sdk/provider.ts": providerSource(provider),
    "sdk/index.ts": pluginEntrySource(model),
    "sdk/dynamic/functions.ts": dynamicFunctionsSource(model),
    "sdk/dynamic/index.ts": dynamicEntrySource(model),
  };
}
