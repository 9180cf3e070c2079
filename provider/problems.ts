import type * as z from "zod";
import { UNKNOWN } from "./unknown";

/** One thing that is wrong with an input. */
export interface Problem {
  /** In the user's spelling: `scopes[0]`, `rotation.after`. */
  readonly path: string;
  /** The path, key by key. Undefined for a top-level property. */
  readonly keys?: readonly PropertyKey[];
  readonly message: string;
  /** The engine shows the value of what a problem is about. Of a property that there is not, nobody knows what it is. */
  readonly hidesValue?: true;
}

/** Everything that is wrong with a value, unknown properties included. What is not known yet is no problem. */
export function problemsOf(schema: z.ZodType, value: unknown): Problem[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap((issue): Problem[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: pathOf([...issue.path, key]),
        message: "there is no such property",
        hidesValue: true,
      }));
    }
    if (valueAt(value, issue.path) === UNKNOWN) return [];
    return [{ path: pathOf(issue.path), keys: issue.path, message: issue.message }];
  });
}

/** The part of a value that a path leads to. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, key) => {
    if (typeof part !== "object" || part === null) return part;
    return Reflect.get(part, key);
  }, value);
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}
