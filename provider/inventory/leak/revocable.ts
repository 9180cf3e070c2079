import type { Key } from "../../../contract/port";
import { DenchError, type DenchErrorCode } from "../../errors";
import { shown } from "../../values/shown";
import type { Leak, LeakedKey } from "./leaks";

/** A key that may be revoked. */
export interface Revocable {
  readonly key: Key;
  /** Whether to revoke it only if the user names its ID: it is not sure that the value belongs to it, or that no stack manages it. */
  readonly mustBeNamed: boolean;
}

/**
 * Returns the key that a revocation of the leaked values applies to, or undefined if all of their keys are revoked. Throws an
 * error with the way to end the validity if this is not the way.
 */
export function revocableKey(leaks: readonly Leak[]): Revocable | undefined {
  const keys = leaks.flatMap(({ keys }) => keys);
  const active = new Map(keys.filter(({ key }) => key.status !== "revoked").map((leaked) => [leaked.key.id, leaked]));
  if (keys.length === 0) refuse("not_found", "no key of this workspace ends in these four characters");
  const [leaked, ...others] = active.values();
  if (leaked === undefined) return undefined;
  if (others.length > 0) {
    const ids = [...active.keys()].map(shown).join(", ");
    refuse(
      "ambiguous",
      `the text may belong to several active keys: ${ids}. Pass one value. If it matches several keys, set DENCH_GATEWAY_URL to try it`,
    );
  }
  requireUnmanaged(leaked);
  return { key: leaked.key, mustBeNamed: leaked.sureness === "possible" || leaked.advice.kind === "pass_states" };
}

function requireUnmanaged({ key, holders, isOwn, advice }: LeakedKey): void {
  const id = shown(key.id);
  if (isOwn) refuse("own_key", `${id} is the key that this command authenticates with. ${advice.text}`);
  if (holders.length > 0) refuse("managed_key", `a stack manages ${id}. ${advice.text}`);
  if (key.kind === "primary") refuse("primary_key_not_revocable", advice.text);
}

function refuse(code: DenchErrorCode, reason: string): never {
  throw new DenchError(code, `Could not revoke the key: ${reason.replace(/\.$/, "")}.`);
}
