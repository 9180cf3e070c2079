import type { Context } from "hono";
import type * as z from "zod";
import { ApiError } from "../api-error";

/** The fields of a form that was posted. */
export async function readForm<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  // What is no form at all has no fields.
  const fields = await c.req.parseBody().catch(() => ({}));
  const form = schema.safeParse(fields);
  if (!form.success) throw new ApiError("invalid_request", "The form is not one that this page has.");
  return form.data;
}
