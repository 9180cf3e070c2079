/** Stands for a value that is known only once other resources are made: in a preview. */
export const UNKNOWN: unique symbol = Symbol("unknown until the update");
type Unknown = typeof UNKNOWN;

/** A value of which parts may not be known yet. */
export type Previewed<T> =
  | Unknown
  | (T extends readonly (infer Item)[]
      ? Previewed<Item>[]
      : T extends object
        ? { [Field in keyof T]: Previewed<T[Field]> }
        : T);

/** The fields of an object, each perhaps not known yet. */
export type PreviewedFields<T> = { [Field in keyof T]: Previewed<T[Field]> };

export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}
