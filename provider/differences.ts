import { UNKNOWN } from "./unknown";

/** One property that differs, and whether that wants a replacement. */
export interface Difference {
  /** As a plan shows it: an input (`scopes`, `rotation.after`), or an output that drifted (`status`). */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

type Change = Pick<Difference, "path" | "kind">;

/** What differs between two objects, property by property, into nested objects. What is not known yet differs. */
export function changesBetween(before: object, after: object, prefix = ""): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [old, now]: [unknown, unknown] = [Reflect.get(before, name), Reflect.get(after, name)];
    const path = `${prefix}${name}`;
    if (isObject(old) && isObject(now)) return changesBetween(old, now, `${path}.`);
    if (same(old, now)) return [];
    return [{ path, kind: old === undefined ? "add" : now === undefined ? "delete" : "update" }];
  });
}

/** Lists are sets here: order and repeats mean nothing. */
function same(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b && a !== UNKNOWN;
  if (a.includes(UNKNOWN) || b.includes(UNKNOWN)) return false;
  const [before, after] = [new Set(a), new Set(b)];
  return before.size === after.size && [...after].every((item) => before.has(item));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
