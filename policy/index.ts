import { PolicyPack, type ResourceValidationArgs } from "@pulumi/policy";
import { applyConfiguration, configurable } from "./configuration";
import { keyValuesOf, plainTextsOf } from "./properties";
import { currentInputs, currentStack, expectObserving, observeRequests } from "./requests";
import { type CheckedResource, isGatewayKey, isPrimaryKey, UNKNOWN } from "./resources";
import { resourceRules, stackRules } from "./rules";

const rules = resourceRules.map(configurable);
let stackWorkspace: CheckedResource["stackWorkspace"] = UNKNOWN;

observeRequests({
  configure: (configuration) => applyConfiguration(rules, stackRules, configuration),
  configureStack: (config) => {
    stackWorkspace = config.get("dench:workspace");
  },
});

function checked({ urn, type, props, opts, provider }: ResourceValidationArgs): CheckedResource {
  return {
    urn,
    type,
    inputs: props,
    isProtected: opts.protect,
    plainTexts: plainTextsOf(currentInputs()),
    ...(provider && { provider: { name: provider.name, inputs: provider.props } }),
    stackWorkspace,
  };
}

function stack() {
  return currentStack().map(({ urn, type, outputs }) => ({
    urn,
    type,
    plainTexts: plainTextsOf(outputs),
    keyValues: isGatewayKey({ type }) || isPrimaryKey({ type }) ? keyValuesOf(outputs) : [],
  }));
}

new PolicyPack("dench", {
  description: "Rules for the gateway keys of a Dench workspace",
  enforcementLevel: "advisory",
  policies: [
    ...rules.map(({ name, description, check }) => ({
      name,
      description,
      validateResource: (args: ResourceValidationArgs, report: (message: string) => void) => {
        for (const problem of check(checked(args))) report(problem);
      },
    })),
    ...stackRules.map(({ name, description, check }) => ({
      name,
      description,
      validateStack: (_: unknown, report: (message: string, urn: string) => void) => {
        for (const { message, urn } of check(stack())) report(message, urn);
      },
    })),
  ],
});
expectObserving();
