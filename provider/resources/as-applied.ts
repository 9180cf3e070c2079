import * as z from "zod";
import { mapShape, withMeta, withoutRules } from "../values/shape";

/**
 * Returns the fields of a state that hold the inputs as applied. They have no rules, so that a version with other rules can read
 * the state. The `.meta()` of an input has their description as `applied`, by default "As applied.".
 */
export function asApplied<Inputs extends z.core.$ZodShape>(inputs: Inputs): Inputs {
  return mapShape(inputs, (input) => {
    const { applied = "As applied.", secret } = z.globalRegistry.get(input) ?? {};
    return withMeta(withoutRules(input), { description: applied, ...(secret ? { secret } : {}) });
  });
}
