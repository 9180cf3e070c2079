/** The placeholder for a value that a preview cannot know, because it depends on resources that do not exist yet. */
export const UNKNOWN: unique symbol = Symbol("unknown until the update");
type Unknown = typeof UNKNOWN;

/** A value whose parts may not be known yet. */
export type Previewed<T> =
  | Unknown
  | (T extends readonly (infer Item)[]
      ? Previewed<Item>[]
      : T extends object
        ? { [Field in keyof T]: Previewed<T[Field]> }
        : T);

/** The fields of an object, each of which may not be known yet. */
export type PreviewedFields<T> = { [Field in keyof T]: Previewed<T[Field]> };

/** Returns true if the value or a part of it is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}
