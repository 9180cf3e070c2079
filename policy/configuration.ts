import type * as z from "zod";
import type { CheckedResource } from "./resources";
import type { Problem, ResourceRule, StackRule } from "./rule";

/** A rule with the settings of the last configuration, or its defaults. */
export interface ConfiguredRule {
  readonly name: string;
  readonly description: string;
  /** Applies the settings of a configuration. Returns what is wrong with them. */
  configure(given: unknown): Problem[];
  check(resource: CheckedResource): Problem[];
}

/** Returns the rule with its default settings. */
export function configurable<Settings extends z.ZodObject>({
  name,
  description,
  Settings,
  check,
}: ResourceRule<Settings>): ConfiguredRule {
  let settings = Settings.parse({});
  return {
    name,
    description,
    configure(given) {
      const result = Settings.safeParse(given);
      if (!result.success) return result.error.issues.map((issue) => describe(name, issue));
      settings = result.data;
      return [];
    },
    check: (resource) => check(resource, settings),
  };
}

function describe(rule: string, issue: z.core.$ZodIssue): Problem {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${rule}.${key}: this rule has no such setting`).join("; ");
  }
  return `${[rule, ...issue.path].join(".")}: ${issue.message}`;
}

/**
 * Applies a configuration, which has the settings of each rule by its name. Throws an error that names each rule and setting
 * that does not exist, and each value that cannot be used.
 */
export function applyConfiguration(
  rules: readonly ConfiguredRule[],
  stackRules: readonly Pick<StackRule, "name">[],
  configuration: Readonly<Record<string, unknown>>,
): void {
  const problems = Object.entries(configuration).flatMap(([name, given]) => {
    // The engine has applied the level of `all` to each rule.
    if (name === "all") return [];
    const rule = rules.find((each) => each.name === name);
    if (rule !== undefined) return rule.configure(given);
    const hasSettings = Object.keys(Object(given)).length > 0;
    if (!stackRules.some((each) => each.name === name)) return [`${name}: the pack has no such rule`];
    return hasSettings ? [`${name}: this rule has no settings`] : [];
  });
  if (problems.length === 0) return;
  throw new Error(
    `The configuration of the policy pack dench is invalid. ${problems.join("; ")}. Correct the file of --policy-pack-config.`,
  );
}
