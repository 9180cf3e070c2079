import type * as z from "zod";
import { DenchError } from "../errors";
import { describeProblem, problemsOf } from "./problems";

/** Throws `invalid_arguments`, naming all that is wrong. `what` is what was asked for, in words that go on after "could not". */
export function parsedArguments<Schema extends z.ZodObject>(
  schema: Schema,
  args: Readonly<Record<string, unknown>>,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(args);
  if (result.success) return result.data;
  const problems = problemsOf(schema, args, "argument").map(describeProblem);
  throw new DenchError("invalid_arguments", `Could not ${what}. ${problems.join("; ")}.`);
}
