import * as z from "zod";
import { propertyPath } from "./differences";
import { nearest } from "./nearest";
import { mapFields } from "./number-like-text";
import { UNKNOWN } from "./unknown";

/** An error in an input. */
export interface Problem {
  /** The path as the user writes it: `scopes[0]`, `rotation.after`. */
  readonly path: string;
  /** The path, key by key. Undefined for a top-level property. */
  readonly keys?: readonly PropertyKey[];
  readonly message: string;
  /** Whether the message names the path. */
  readonly namesPath?: true;
  /** Whether the engine must not show the value. The value of an unknown property may be a secret. */
  readonly hidesValue?: true;
}

/** Returns a problem as part of a sentence. */
export function describeProblem({ path, message, namesPath }: Problem): string {
  return path === "" || namesPath ? message : `${path}: ${message}`;
}

/** The noun that messages use for a field. */
export type Noun = "property" | "option" | "argument";

/** Returns all problems of a value, including fields that do not exist. A value that is not known yet is valid. */
export function problemsOf(schema: z.ZodType, value: unknown, noun: Noun = "property"): Problem[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap((issue): Problem[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => noSuchField(schema, issue.path, key, noun));
    }
    if (valueAt(value, issue.path) === UNKNOWN) return [];
    const message = needsQuotes(schema, value, issue.path) ? `${issue.message}: ${QUOTES}` : issue.message;
    return [{ path: pathOf(issue.path), keys: issue.path, message }];
  });
}

/** Returns the problem of a field that does not exist in the object at the path. */
function noSuchField(schema: z.ZodType, parent: readonly PropertyKey[], key: string, noun: Noun): Problem {
  const path = pathOf([...parent, key]);
  const meant = nearest(key, fieldsAt(schema, parent));
  const question = meant === undefined ? "" : `; did you mean "${pathOf([...parent, meant])}"?`;
  return { path, message: `there is no ${noun} "${path}"${question}`, namesPath: true, hidesValue: true };
}

/** Returns the names of the fields that the object at the path may have. */
function fieldsAt(schema: z.core.$ZodType, [key, ...rest]: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return fieldsAt(schema.unwrap(), key === undefined ? [] : [key, ...rest]);
  }
  if (!(schema instanceof z.ZodObject)) return [];
  if (key === undefined) return Object.keys(schema.shape);
  const field = schema.shape[String(key)];
  return field === undefined ? [] : fieldsAt(field, rest);
}

const QUOTES = `write it in quotes ("…" in YAML, '"…"' for pulumi config set)`;

/** Returns true if the value at the path is a number or a boolean that would be valid as a string. */
function needsQuotes(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): boolean {
  const found = valueAt(value, path);
  if (typeof found !== "number" && typeof found !== "boolean") return false;
  const { error } = schema.safeParse(replacedAt(value, path, String(found)));
  return error === undefined || error.issues.every((issue) => pathOf(issue.path) !== pathOf(path));
}

/** Returns the value with the part at the path replaced. */
function replacedAt(value: unknown, path: readonly PropertyKey[], part: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return part;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replacedAt(item, rest, part) : item));
  return mapFields(value, (field, name) => (name === key ? replacedAt(field, rest, part) : field));
}

/** Returns the part of a value at the path. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, key) => {
    if (typeof part !== "object" || part === null) return part;
    return Reflect.get(part, key);
  }, value);
}

/** Returns a path as the user writes it, for example `items[3].createdAt`. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : propertyPath(text, String(key))),
    "",
  );
}
