import type * as z from "zod";
import { DenchError } from "../errors";
import type { FunctionContext } from "../session/context";
import { parsedArguments } from "../values/arguments";
import { hasUnknown } from "../values/unknown";

/** The data of a function that the schema and the hosts need. Its result contains no secrets. */
export interface FunctionData<Args extends z.ZodObject, Result extends z.ZodObject> {
  readonly token: string;
  readonly description: string;
  readonly args: Args;
  readonly result: Result;
}

/** A function for hosts. It queries the workspace and changes nothing. */
export interface DenchFunction<Args extends z.ZodObject = z.ZodObject, Result extends z.ZodObject = z.ZodObject>
  extends FunctionData<Args, Result> {
  call(context: FunctionContext, args: Readonly<Record<string, unknown>>): Promise<z.output<Result>>;
}

/** Returns a function that parses its arguments and rejects values that are not known yet. */
export function defineFunction<Args extends z.ZodObject, Result extends z.ZodObject>(
  data: FunctionData<Args, Result>,
  run: (context: FunctionContext, args: z.output<Args>) => Promise<z.output<Result>>,
): DenchFunction<Args, Result> {
  return {
    ...data,
    async call(context, args) {
      if (hasUnknown(args)) throw notKnown(data.token);
      return run(context, parsedArguments(data.args, args, `call ${nameOf(data.token)}`));
    },
  };
}

/** Returns the error for an argument that is not known yet. */
export function notKnown(token: string): DenchError {
  const name = nameOf(token);
  return new DenchError(
    "invalid_arguments",
    `Could not call ${name}: an argument, or an option of its provider, is not known yet in this preview. Call ${name}Output instead, whose result is then not known yet either.`,
  );
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}
