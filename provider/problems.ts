import type * as z from "zod";
import { UNKNOWN } from "./unknown";

/** One thing that is wrong with an input. */
export interface Problem {
  /** In the user's spelling: `scopes[0]`, `rotation.after`. */
  readonly path: string;
  readonly message: string;
  /** The engine shows the value of what a problem is about. Of a property that there is not, nobody knows what it is. */
  readonly hidesValue?: true;
}

/** Everything that is wrong with a value, unknown properties included. What is not known yet is no problem. */
export function problemsOf(schema: z.ZodType, value: unknown): Problem[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: pathOf([...issue.path, key]),
        message: "there is no such property",
        hidesValue: true as const,
      }));
    }
    return at(value, issue.path) === UNKNOWN ? [] : [{ path: pathOf(issue.path), message: issue.message }];
  });
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, key) => {
    if (typeof part !== "object" || part === null) return part;
    return Reflect.get(part, key);
  }, value);
}

/** Returns a path in the user's spelling, for example `items[3].createdAt`. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}
