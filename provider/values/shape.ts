import * as z from "zod";
// As `z.core.clone`, it would bring everything in `z.core` into the bundles, such as the messages of all languages.
import { clone } from "zod/v4/core";

/** Returns a shape with each field changed. The type of a field stays. */
export function mapShape<Shape extends { [Name in keyof Shape]: z.core.$ZodType }>(
  shape: Shape,
  change: <Field extends z.core.$ZodType>(field: Field) => Field,
): Shape {
  const changed = { ...shape };
  for (const name in shape) changed[name] = change(shape[name]);
  return changed;
}

/** Returns a copy of a schema that has more metadata than the schema. */
export function withMeta<Schema extends z.core.$ZodType>(schema: Schema, meta: z.GlobalMeta): Schema {
  const copy = clone(schema);
  z.globalRegistry.add(copy, meta);
  return copy;
}

/** Returns a schema that accepts every value of the same type: it has no limits and no rules, and ignores unknown fields. */
export function withoutRules<Schema extends z.core.$ZodType>(schema: Schema): Schema {
  if (schema instanceof z.ZodOptional) {
    return schema.clone({ ...schema.def, innerType: withoutRules(schema.def.innerType) });
  }
  if (schema instanceof z.ZodArray) {
    return schema.clone({ ...schema.def, element: withoutRules(schema.def.element), checks: [] });
  }
  if (schema instanceof z.ZodRecord) {
    return schema.clone({ ...schema.def, valueType: withoutRules(schema.def.valueType), checks: [] });
  }
  if (schema instanceof z.ZodObject) {
    const { catchall: _none, ...def } = schema.def;
    const loose = schema.clone({ ...def, shape: mapShape(def.shape, withoutRules), checks: [] });
    const { id } = schema.meta() ?? {};
    return id === undefined ? loose : loose.meta({ id });
  }
  if (schema instanceof z.ZodString) return schema.clone({ ...schema.def, checks: [] });
  if (schema instanceof z.ZodBoolean) return schema.clone({ ...schema.def, checks: [] });
  throw new Error(`withoutRules does not support the type ${schema._zod.def.type}`);
}
