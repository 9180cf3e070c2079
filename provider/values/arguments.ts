import type * as z from "zod";
import { DenchError } from "../errors";
import { describeProblem, problemsOf } from "./problems";

/**
 * Returns the parsed arguments. Throws `invalid_arguments` with every problem. `action` completes the sentence "Could not …",
 * for example `list the gateway keys`.
 */
export function parsedArguments<Schema extends z.ZodObject>(
  schema: Schema,
  args: Readonly<Record<string, unknown>>,
  action: string,
): z.output<Schema> {
  const result = schema.safeParse(args);
  if (result.success) return result.data;
  const problems = problemsOf(schema, args, "argument").map(describeProblem);
  throw new DenchError("invalid_arguments", `Could not ${action}. ${problems.join("; ")}.`);
}
