import type { Fields } from "../session/context";
import { propertyOf } from "../values/differences";
import { describeProblem, type Problem, valueAt } from "../values/problems";
import { shown } from "../values/shown";

/** A problem as the engine shows it. */
export interface Failure {
  /** Top-level property whose value the engine shows. Empty: none. */
  readonly property: string;
  readonly reason: string;
}

/**
 * Words problems for the engine, which looks a property up among the top-level inputs and prints its value. The reason of a
 * nested problem has the path and says what was given: of a secret only the type.
 */
export function checkFailures(
  problems: readonly Problem[],
  inputs: Fields,
  isSecret: (path: readonly PropertyKey[]) => boolean,
): Failure[] {
  // The engine prints an object whole, so a value to hide also hides those beside it.
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

/** The engine prints the rest of the property beside it, so a list or an object need not stand here again. */
function describe(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? shown(JSON.stringify(value)) : typeName(value);
}

function typeName(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
