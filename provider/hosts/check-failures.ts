import type { Fields } from "../session/context";
import { propertyOf } from "../values/differences";
import { describeProblem, type Problem, valueAt } from "../values/problems";
import { shown } from "../values/shown";

/** A problem as the engine shows it. */
export interface Failure {
  /** The top-level property whose value the engine shows. Empty if it must not show a value. */
  readonly property: string;
  readonly reason: string;
}

/**
 * Returns problems in the engine's form. The engine prints the value of a top-level input, so the reason of a nested problem
 * contains the path and the given value, or only the type of a secret value.
 */
export function checkFailures(
  problems: readonly Problem[],
  inputs: Fields,
  isSecret: (path: readonly PropertyKey[]) => boolean,
): Failure[] {
  // The engine prints complete objects, so one hidden value also hides the other values of its object.
  const hidden = new Set(problems.filter(({ hidesValue }) => hidesValue).map(({ path }) => propertyOf(path)));
  return problems.map((problem) => {
    const { path, keys = [path] } = problem;
    const property = propertyOf(path);
    if (hidden.has(property)) return { property: "", reason: describeProblem(problem) };
    if (keys.length <= 1) return { property, reason: problem.message };
    const given = valueAt(inputs, keys);
    return {
      property,
      reason: `${describeProblem(problem)} (given: ${isSecret(keys) ? typeName(given) : describe(given)})`,
    };
  });
}

/** Returns a short description of a value. For lists and objects, the type is enough: the engine prints their content. */
function describe(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? shown(JSON.stringify(value)) : typeName(value);
}

function typeName(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
