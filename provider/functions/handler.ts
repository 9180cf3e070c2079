import type * as z from "zod";
import { DenchError } from "../errors";
import type { FunctionContext } from "../session/context";
import { parsedArguments } from "../values/arguments";
import { hasUnknown } from "../values/unknown";

/** What the schema and the hosts need to know of a function. Its answer holds no secret. */
export interface FunctionData<Args extends z.ZodObject, Result extends z.ZodObject> {
  readonly token: string;
  readonly description: string;
  readonly args: Args;
  readonly result: Result;
}

/** A function as hosts see it: it asks the workspace something, and changes nothing. */
export interface DenchFunction<Args extends z.ZodObject = z.ZodObject, Result extends z.ZodObject = z.ZodObject>
  extends FunctionData<Args, Result> {
  call(context: FunctionContext, args: Readonly<Record<string, unknown>>): Promise<z.output<Result>>;
}

/** Puts the boundary around a function: its arguments are parsed here, and nowhere else. */
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

/** For the plain form of a function, which cannot wait. */
export function notKnown(token: string): DenchError {
  const name = nameOf(token);
  return new DenchError(
    "invalid_arguments",
    `Could not call ${name}: an argument, or an option of its provider, is not known yet in this preview. Call ${name}Output, whose answer is then not known either.`,
  );
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}
