import type { Key } from "../../../contract/port";
import type { TriedKey } from "../../client/try-key";
import type { Identity } from "../workspace";
import type { LeakedValue } from "./leaked-values";

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
  /** A clause, without a full stop. */
  readonly reason: string;
}

/** The responses to requests with a value. Undefined for a request that was not sent. */
export interface Evidence {
  readonly gateway: TriedKey | undefined;
  readonly management: Identity | undefined;
}

/** Returns the candidates among the keys with the visible characters of the value, surest first. */
export function candidatesAmong(matching: readonly Key[], value: LeakedValue, { gateway }: Evidence): Candidate[] {
  const candidates = matching.map((key): Candidate => {
    const isLikely = gateway === "accepted" && key.status === "active";
    const reason = `its prefix and last four characters match, ${tried(key, value, gateway)}`;
    return { key, sureness: isLikely ? "likely" : "possible", reason };
  });
  return candidates.toSorted((one, other) => rank(one) - rank(other));
}

function rank({ sureness, key }: Candidate): number {
  return (sureness === "likely" ? 0 : 2) + (key.status === "active" ? 0 : 1);
}

function tried({ status }: Key, { isMasked, maySend }: LeakedValue, gateway: TriedKey | undefined): string {
  const isActive = status === "active";
  if (isMasked) return "and a masked value cannot be tried";
  if (!maySend) return "and the value was not tried, since it has no prefix";
  if (gateway === undefined) return "and the value was not tried, since DENCH_GATEWAY_URL is not set";
  if (gateway === "accepted") {
    return isActive
      ? "and the gateway accepts the value"
      : `but the key is ${status} and the gateway accepts the value`;
  }
  if (gateway !== "rejected") return "and it is unknown whether the gateway accepts the value";
  return isActive ? "but the gateway rejects the value, which may be incomplete" : "and the gateway rejects the value";
}
