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
 * The inputs that changed, and the causes of a step that are no change of an input, such as an age. With `replaces`, the causes
 * replace the resource; other changes do not.
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

/** A path as the engine parses it: names that are not plain words stand in brackets. */
export function propertyPath(parent: string, name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) return `${parent}["${name.replaceAll('"', '\\"')}"]`;
  return parent === "" ? name : `${parent}.${name}`;
}

/** The top-level property that a path leads to or into. */
export function propertyOf(path: string): string {
  return path.replace(/[.[].*$/s, "");
}

/** The top-level properties that differ, each once. */
export function propertiesOf(differences: readonly Difference[]): string[] {
  return [...new Set(differences.map(({ path }) => propertyOf(path)))];
}

/** Whether a path leads to or into one of the others, or one of them into it. */
function overlapsAny(path: string, others: readonly string[]): boolean {
  return others.some((other) => isWithin(path, other) || isWithin(other, path));
}

/** Whether a path leads to a property or into it. */
function isWithin(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`);
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
