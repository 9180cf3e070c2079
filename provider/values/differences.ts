import { UNKNOWN } from "./unknown";

/** A property that differs, and whether the difference requires a replacement. */
export interface Difference {
  /** The path that a plan shows: of an input (`scopes`, `rotation.after`), or of an output that drifted (`status`). */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

type Change = Pick<Difference, "path" | "kind">;

/** Returns the differences between two objects, including nested ones. An unknown value always differs. */
export function changesBetween(before: object, after: object, parent = ""): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [old, now]: [unknown, unknown] = [Reflect.get(before, name), Reflect.get(after, name)];
    const path = propertyPath(parent, name);
    if (isObject(old) && isObject(now)) return changesBetween(old, now, path);
    if (same(old, now)) return [];
    return [{ path, kind: old === undefined ? "add" : now === undefined ? "delete" : "update" }];
  });
}

/**
 * Returns the changed inputs, and the causes of a step that are not changes of an input, such as an age. With `replaces`, the
 * causes replace the resource. Other changes never do.
 */
export function differencesBetween(
  before: object,
  after: object,
  causes: readonly string[],
  replaces = false,
): Difference[] {
  const changes = changesBetween(before, after);
  const changed = changes.map(({ path }) => path);
  return [
    ...changes.map((change) => ({ ...change, replace: replaces && overlapsAny(change.path, causes) })),
    ...[...new Set(causes)]
      .filter((path) => !overlapsAny(path, changed))
      .map((path) => ({ path, kind: "update" as const, replace: replaces })),
  ];
}

/** Returns a path that the engine can parse: a name with special characters is quoted and put in brackets. */
export function propertyPath(parent: string, name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) return `${parent}["${name.replaceAll('"', '\\"')}"]`;
  return parent === "" ? name : `${parent}.${name}`;
}

/** Returns the top-level property of a path. */
export function propertyOf(path: string): string {
  return path.replace(/[.[].*$/s, "");
}

/** Returns the top-level properties that differ, without duplicates. */
export function propertiesOf(differences: readonly Difference[]): string[] {
  return [...new Set(differences.map(({ path }) => propertyOf(path)))];
}

/** Returns true if the path leads to one of the others or to a part of it, or if one of them leads to a part of it. */
function overlapsAny(path: string, others: readonly string[]): boolean {
  return others.some((other) => isWithin(path, other) || isWithin(other, path));
}

/** Returns true if a path leads to a property or to a part of it. */
function isWithin(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`);
}

/** Returns true if two values are equal. Lists are compared as sets: the order and duplicates do not matter. */
function same(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b && a !== UNKNOWN;
  if (a.includes(UNKNOWN) || b.includes(UNKNOWN)) return false;
  const [before, after] = [new Set(a), new Set(b)];
  return before.size === after.size && [...after].every((item) => before.has(item));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
