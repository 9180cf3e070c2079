const QUIET: ReadonlySet<string> = new Set(["same", "refresh", "read", "replace"]);

/** What the engine reports of a step that has ended. */
export interface EndedStep {
  readonly op: string;
  readonly type: string;
  readonly urn: string;
}

/** Returns the steps that changed a resource, in the order in which they ended: `create ci`, `delete-replaced ci`. */
export function stepsOf(ended: readonly EndedStep[]): string[] {
  return ended
    .filter(({ op, type }) => !type.startsWith("pulumi:") && !QUIET.has(op))
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
}
