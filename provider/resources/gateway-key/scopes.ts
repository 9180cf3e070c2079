import { DEFAULT_SCOPES } from "../../../contract/inputs";
import type { Context } from "../../session/context";
import { nearest } from "../../values/nearest";

const KNOWN: ReadonlySet<unknown> = new Set(DEFAULT_SCOPES);

/** Warns about scopes that look like a misspelled known scope. Other scopes are accepted: Dench publishes no list of scopes. */
export function warnAboutScopes({ logOnce }: Context, scopes: unknown): void {
  const given: readonly unknown[] = Array.isArray(scopes) ? scopes : [];
  for (const [index, scope] of given.entries()) {
    const known = typeof scope === "string" && !KNOWN.has(scope) ? nearest(scope, DEFAULT_SCOPES) : undefined;
    if (known === undefined) continue;
    // The text does not quote the scope, because a program may pass a secret by mistake.
    logOnce(
      "warning",
      `scopes[${index}] is similar to the known scope ${known}, but not equal to it. Correct it if it is misspelled.`,
    );
  }
}
