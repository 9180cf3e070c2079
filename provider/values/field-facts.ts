import type * as z from "zod";
import { mapShape, withMeta } from "./shape";

/** Facts about a field other than its type. Each field declares them in its `.meta()`. */
export interface FieldFacts {
  /** The value is a secret: the engine encrypts it in the stack state and masks it in its output. */
  readonly secret?: true;
  /** Only another key can have a changed value. The resource decides whether a change replaces it. */
  readonly willReplaceOnChanges?: true;
  /** The provider derives the value from the resource's name if the program omits it. */
  readonly autoNamed?: true;
  /** SDKs type the output as always present, although it is absent in rare cases, so that programs need no check. */
  readonly requiredInSdks?: true;
}

declare module "zod" {
  interface GlobalMeta extends FieldFacts {
    /** The description of the output that holds an input as applied. */
    applied?: string;
  }
}

/** Returns a shape in which every field declares these facts too. */
export function eachWith<Shape extends z.core.$ZodShape>(facts: FieldFacts, shape: Shape): Shape {
  return mapShape(shape, (field) => withMeta(field, { ...facts }));
}

/** Returns the names of the fields that declare a fact. */
export function fieldsWith(fact: keyof FieldFacts, { shape }: z.ZodObject): string[] {
  return Object.keys(shape).filter((name) => shape[name]?.meta()?.[fact] === true);
}
