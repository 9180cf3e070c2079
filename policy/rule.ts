import type * as z from "zod";
import type { CheckedResource, StackResource } from "./resources";

/** A sentence about a violation. It never quotes a value that may be a key. */
export type Problem = string;

/** A violation in a stack, with the URN of the resource that causes it. */
interface StackProblem {
  readonly urn: string;
  readonly message: Problem;
}

/** A rule about one resource. */
export interface ResourceRule<Settings extends z.ZodObject = z.ZodObject> {
  /** The name of the rule, by which a configuration file refers to it. */
  readonly name: string;
  /** The requirement on a resource, as a sentence. */
  readonly description: string;
  /** The settings, with their defaults. */
  readonly Settings: Settings;
  /** Returns the violations of this resource. A resource of another type has none. */
  check(resource: CheckedResource, settings: z.output<Settings>): Problem[];
}

/** A rule about all resources of a stack, after the preview or the update. It has no settings. */
export interface StackRule {
  readonly name: string;
  readonly description: string;
  check(resources: readonly StackResource[]): StackProblem[];
}

/** Returns the rule, whose `check` gets settings of the type of its own schema. */
export function defineRule<Settings extends z.ZodObject>(rule: ResourceRule<Settings>): ResourceRule<Settings> {
  return rule;
}
