import type * as z from "zod";
import { mapShape, withMeta } from "./shape";

/** Facts about a field other than its type. They are declared in the `.meta()` of the field, and nowhere else. */
export interface FieldFacts {
  /** The value is a secret: the engine encrypts it in the state and masks it in what it prints. */
  readonly secret?: true;
  /** Only another key can show a change. The resource decides whether the change replaces it. */
  readonly willReplaceOnChanges?: true;
  /** The provider derives the value from the resource's name if the program omits it. */
  readonly autoNamed?: true;
  /** SDKs type the output as always present, although it is absent in rare cases, so that programs need no check. */
  readonly requiredInSdks?: true;
}

declare module "zod" {
  interface GlobalMeta extends FieldFacts {
    /** Of an input: the description of the output that holds it as applied. */
    applied?: string;
  }
}

/** Returns a shape with facts that hold for each of its fields. */
export function eachWith<Shape extends z.core.$ZodShape>(facts: FieldFacts, shape: Shape): Shape {
  return mapShape(shape, (field) => withMeta(field, { ...facts }));
}

/** The names of the fields for which a fact is declared. */
export function fieldsWith(fact: keyof FieldFacts, { shape }: z.ZodObject): string[] {
  return Object.keys(shape).filter((name) => shape[name]?.meta()?.[fact] === true);
}
