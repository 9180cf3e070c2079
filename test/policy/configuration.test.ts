import { describe, expect, it } from "vitest";
import { applyConfiguration, configurable } from "../../policy/configuration";
import { resourceRules, stackRules } from "../../policy/rules";

const apply = (configuration: Record<string, unknown>) => {
  const rules = resourceRules.map(configurable);
  applyConfiguration(rules, stackRules, configuration);
  return rules;
};

describe("the configuration of the policy pack", () => {
  it("accepts every rule without settings, and the engine's `all`", () => {
    const names = [...resourceRules, ...stackRules].map(({ name }) => [name, {}]);
    expect(() => apply(Object.fromEntries([["all", {}], ...names]))).not.toThrow();
  });

  it.each([
    [{ "key-nam": {} }, "key-nam: the pack has no such rule"],
    [{ "key-rotation": { maxDay: 30 } }, "key-rotation.maxDay: this rule has no such setting"],
    [{ "key-rotation": { maxDays: "30" } }, "key-rotation.maxDays: "],
    [{ "key-name": { pattern: "(" } }, "key-name.pattern: must be a regular expression"],
    [{ "key-scopes": { allowed: ["a", 1] } }, "key-scopes.allowed.1: "],
    [{ "no-plain-key-output": { pattern: "x" } }, "no-plain-key-output: this rule has no settings"],
  ])("refuses %j, and names the field", (configuration, problem) => {
    expect(() => apply(configuration)).toThrow(problem);
    expect(() => apply(configuration)).toThrow("--policy-pack-config");
  });

  it("names every problem", () => {
    expect(() => apply({ "key-nam": {}, "key-overlap": { max: 1, min: 2 } })).toThrow(
      /key-nam: .*key-overlap\.max: .*key-overlap\.min: /,
    );
  });
});
