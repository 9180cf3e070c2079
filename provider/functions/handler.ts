import type * as z from "zod";
import { parsedArguments } from "../arguments";
import type { Context, Fields } from "../resources/handler";

/** What a function may use beside its arguments. */
export type FunctionContext = Pick<Context, "client" | "now">;

/** What the schema and the hosts need to know of a function. Its answer holds no secret. */
export interface FunctionData<Args extends z.ZodObject, Answer extends z.ZodObject> {
  readonly token: string;
  readonly description: string;
  readonly args: Args;
  readonly answer: Answer;
}

/** A function as hosts see it: it asks the workspace something, and changes nothing. */
export interface DenchFunction<Args extends z.ZodObject = z.ZodObject, Answer extends z.ZodObject = z.ZodObject>
  extends FunctionData<Args, Answer> {
  call(context: FunctionContext, args: Fields): Promise<z.output<Answer>>;
}

/** Puts the boundary around a function: its arguments are parsed here, and nowhere else. */
export function defineFunction<Args extends z.ZodObject, Answer extends z.ZodObject>(
  data: FunctionData<Args, Answer>,
  answer: (context: FunctionContext, args: z.output<Args>) => Promise<z.output<Answer>>,
): DenchFunction<Args, Answer> {
  const what = `call ${data.token.split(":").at(-1)}`;
  return { ...data, call: async (context, args) => answer(context, parsedArguments(data.args, args, what)) };
}
