import type { Context } from "hono";
import type * as z from "zod";
import { parse } from "../http/json-body";

/** Parses a posted form. A repeated field is a list. Throws an HttpFailure if a field is missing or invalid. */
export async function readForm<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  // A body that is not a form has no fields.
  const fields = await c.req.parseBody({ all: true }).catch(() => ({}));
  return parse(schema, fields, "The form is incomplete or unknown.");
}
