import type { Key } from "../../contract/port";
import type { TriedKey } from "../client/try-key";
import type { KeysByEnds } from "./keys-by-ends";
import type { LeakedValue } from "./leaked-values";
import type { Identity } from "./workspace";

/**
 * How sure it is that a value belongs to a key:
 *
 * - `certain`: the management API accepts the value as this key.
 * - `likely`: the visible characters match, and the gateway accepts the value.
 * - `possible`: only the visible characters match.
 */
type Sureness = "certain" | "likely" | "possible";

/** A key that a leaked value may belong to. */
export interface Candidate {
  readonly key: Key;
  readonly sureness: Sureness;
  /** Completes "because …". */
  readonly reason: string;
}

/** The responses to requests with a value. Undefined for a request that was not sent. */
export interface Evidence {
  readonly gateway: TriedKey | undefined;
  readonly management: Identity | undefined;
}

/** Returns the keys that a value may belong to, surest first. A certain key excludes every other. */
export function candidatesFor(value: LeakedValue, keys: KeysByEnds, certain: Key | undefined, evidence: Evidence) {
  if (certain !== undefined) {
    const reason = "the management API accepts the value as this key";
    return [{ key: certain, sureness: "certain", reason }] satisfies Candidate[];
  }
  const candidates = keys.matching(value.text).map((key): Candidate => {
    const isLikely = evidence.gateway === "accepted" && key.status === "active";
    return { key, sureness: isLikely ? "likely" : "possible", reason: reasonFor(key, value, evidence) };
  });
  return candidates.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function rankOf({ sureness, key }: Candidate): number {
  return (sureness === "likely" ? 0 : 2) + (key.status === "active" ? 0 : 1);
}

function reasonFor({ status }: Key, { isMasked, maySend }: LeakedValue, { gateway }: Evidence): string {
  return `its prefix and last four characters match, ${tried()}`;

  function tried(): string {
    if (isMasked) return "and a masked value cannot be tried";
    if (!maySend) return "and the value was not tried, since it has no prefix";
    if (gateway === undefined) return "and the value was not tried, since DENCH_GATEWAY_URL is not set";
    if (gateway === "accepted") {
      return status === "active"
        ? "and the gateway accepts the value"
        : `but the key is ${status} and the gateway accepts the value`;
    }
    if (gateway === "rejected") {
      return status === "active"
        ? "but the gateway rejects the value, which may be incomplete"
        : "and the gateway rejects the value";
    }
    return `and it is unknown whether the gateway accepts the value: ${gateway.unknownBecause}`;
  }
}
