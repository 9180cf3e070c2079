import { DEFAULT_SCOPES } from "../../../contract/inputs";
import type { Key } from "../../../contract/port";
import { formatDuration } from "../../values/duration";
import { nearest } from "../../values/nearest";
import { shown } from "../../values/shown";
import type { Holder } from "../holders";
import type { Finding } from "./finding";
import type { Origin } from "./orphans";
import { inStack, placeOf, SETTINGS } from "./places";

// What is found by looking at an active key of the workspace, and at the resource that has it.

/** Returns the finding about an active key that no given state has. */
export function unmanagedFinding(key: Key, origin: Origin | undefined): Finding {
  if (origin === undefined) {
    return {
      code: "unmanaged",
      key,
      where: [],
      message: "No given state has this active key.",
      advice: `Adopt it with \`pulumi-dench adopt\`, or revoke it at ${SETTINGS}.`,
    };
  }
  const { stack, resource } = origin;
  const isUsed = key.lastUsedAt !== null;
  if (stack === undefined) {
    return {
      code: "orphan_of_unknown_stack",
      key,
      where: [],
      message: "A provider created this active key, but no given state has the key or the provider instance.",
      advice: `Give the state of its stack too; if that is gone or never had the key, revoke the key at ${SETTINGS}.`,
    };
  }
  const run = `Run \`pulumi up\` ${inStack(stack)}`;
  return {
    code: "orphan",
    key,
    where: [{ stack, urn: resource?.urn }],
    message: `This active key was created ${inStack(stack)}, but the state does not have it.`,
    advice: isUsed
      ? `Revoke it at ${SETTINGS} or import it, since an update keeps a key that may be in use.`
      : resource === undefined
        ? `${run}, which revokes it if the program still creates its resource; otherwise, revoke it at ${SETTINGS}.`
        : `${run}, which revokes it when it creates the next key of the resource; otherwise, revoke it at ${SETTINGS}.`,
  };
}

export interface Ages {
  /** The server's time. */
  readonly now: number;
  /** How long a key may be unused. Undefined if that is not checked. */
  readonly unusedMs: number | undefined;
  /** How old a key may be. Undefined if that is not checked. */
  readonly maxAgeMs: number | undefined;
}

/** Returns the findings about the use, the age and the scopes of an active key. */
export function activeKeyFindings(key: Key, holders: readonly Holder[], ages: Ages): Finding[] {
  return [unusedFinding, oldFinding, scopesFinding].flatMap((find) => find(key, holders, ages) ?? []);
}

type Find = (key: Key, holders: readonly Holder[], ages: Ages) => Finding | undefined;

const unusedFinding: Find = (key, holders, { now, unusedMs }) => {
  const { lastUsedAt, createdAt, kind } = key;
  // The primary key always exists. A previous key is revoked anyway.
  if (unusedMs === undefined || lastUsedAt === undefined || kind === "primary" || !isKept(holders)) return undefined;
  const sinceMs = now - (lastUsedAt ?? createdAt);
  if (sinceMs <= unusedMs) return undefined;
  return {
    code: "unused",
    key,
    where: placesOf(holders),
    message:
      lastUsedAt === null
        ? `This key was never used since it was created ${formatDuration(sinceMs)} ago.`
        : `This key was last used ${formatDuration(sinceMs)} ago.`,
    advice: `If nothing needs it, ${removal(holders)}.`,
  };
};

const oldFinding: Find = (key, holders, { now, maxAgeMs }) => {
  const ageMs = now - key.createdAt;
  if (maxAgeMs === undefined || ageMs <= maxAgeMs || !isKept(holders)) return undefined;
  return {
    code: "old",
    key,
    where: placesOf(holders),
    message: `This key was created ${formatDuration(ageMs)} ago.`,
    advice:
      holders.length > 0
        ? "Rotate it, for example with `rotation.after` in its program."
        : key.kind === "primary"
          ? `Rotate it at ${SETTINGS}, or with a \`PrimarySandboxKey\` in a program.`
          : `Replace it with a new key, and revoke it at ${SETTINGS}.`,
  };
};

const scopesFinding: Find = (key, holders) => {
  const known: readonly string[] = DEFAULT_SCOPES;
  for (const scope of key.scopes) {
    const similar = known.includes(scope) ? undefined : nearest(scope, known);
    if (similar === undefined) continue;
    return {
      code: "misspelled_scope",
      key,
      where: placesOf(holders),
      message: `The scope ${shown(scope)} of this key is similar to the known scope ${similar}.`,
      advice:
        holders.length > 0
          ? "If it is misspelled, correct it in the program."
          : `If it is misspelled, replace the key with a new one, and revoke it at ${SETTINGS}.`,
    };
  }
  return undefined;
};

/** Whether no resource has the key, or has it as its current key. */
function isKept(holders: readonly Holder[]): boolean {
  return holders.length === 0 || holders.some(({ role, resource }) => role === "current" && !resource.isPendingDelete);
}

function placesOf(holders: readonly Holder[]): Finding["where"] {
  return holders.map(({ resource }) => placeOf(resource));
}

function removal([holder]: readonly Holder[]): string {
  return holder === undefined
    ? `revoke it at ${SETTINGS}`
    : `remove its resource from the program ${inStack(holder.resource.stack).replace(/^in /, "of ")}`;
}
