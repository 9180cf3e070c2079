const QUIET: ReadonlySet<string> = new Set(["same", "refresh", "read", "replace"]);

/** What the engine reports of a step that has ended. */
export interface EndedStep {
  readonly op: string;
  readonly type: string;
  readonly urn: string;
}

/** Returns the steps that changed a resource of a program. */
export function changesOf(ended: readonly EndedStep[]): EndedStep[] {
  return ended.filter(({ op, type }) => !type.startsWith("pulumi:") && !QUIET.has(op));
}
