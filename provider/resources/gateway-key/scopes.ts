import { DEFAULT_SCOPES } from "../../../contract/inputs";
import type { Context } from "../../session/context";
import { nearest } from "../../values/nearest";

const KNOWN: ReadonlySet<unknown> = new Set(DEFAULT_SCOPES);

/** Warns about scopes that are close to a known one. Any other passes: Dench publishes no list of its scopes. */
export function warnAboutScopes({ run, urn, log }: Context, scopes: unknown): void {
  const given: readonly unknown[] = Array.isArray(scopes) ? scopes : [];
  for (const [index, scope] of given.entries()) {
    const known = typeof scope === "string" && !KNOWN.has(scope) ? nearest(scope, DEFAULT_SCOPES) : undefined;
    if (known === undefined) continue;
    // Without the scope itself, which may be a secret by mistake.
    const text = `scopes[${index}] is close to the known scope ${known}, but not the same. Correct it if it is misspelled.`;
    if (run.isNew(`${urn} ${text}`)) log("warning", text);
  }
}
