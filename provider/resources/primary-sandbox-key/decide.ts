import { isDeepStrictEqual } from "node:util";
import type { Key } from "../../../contract/port";
import { type Difference, differencesBetween } from "../../values/differences";
import { shown } from "../../values/shown";
import { type Previewed, type PreviewedFields, UNKNOWN } from "../../values/unknown";
import { changedTriggers, describeReason, incident, pathOf, type Reason, tooOld } from "../rotation";
import { appliedInputs, type PrimarySandboxKeyInputs, type PrimarySandboxKeyState, shownOf } from "./fields";

/** All that the decision rests on. */
export interface Situation {
  readonly state: PrimarySandboxKeyState;
  readonly inputs: PreviewedFields<PrimarySandboxKeyInputs>;
  /** The key as the workspace shows it. */
  readonly live: Key | "not read";
  /** The server's time, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether plans must not show what `compromised` is set to. */
  readonly hidesIncident?: boolean;
}

/** What becomes of the key and of its value. */
export interface Decision {
  /**
   * - `keep`: the key is the one that the state has;
   * - `adopt`: the key was rotated elsewhere, and the state takes it over as it is;
   * - `rotate`: the key is rotated in place, which revokes the old value.
   */
  readonly action: "keep" | "adopt" | "rotate";
  /** Why the key is rotated. */
  readonly reasons: readonly Reason[];
  /** The key that a rotation replaces. A rotation that was done already for the same one is not repeated. */
  readonly replaced: Identity;
  /** The value for the state: its own, none where the program wants none, or UNKNOWN for one that has to be revealed. */
  readonly value: Previewed<string> | undefined;
  readonly differences: readonly Difference[];
  /** What the plan says about the key. */
  readonly note: string | undefined;
}

/** What tells one value of the primary key from another. A server may keep the ID when it rotates the key. */
export type Identity = Pick<PrimarySandboxKeyState, "keyId" | "prefix" | "last4" | "createdAt">;

/** What happens to the primary key, and why. */
export function decide({ state, inputs, live, now, hidesIncident }: Situation): Decision {
  const seen = live === "not read" ? state : shownOf(live);
  const isOther = !isSame(seen, state);
  const emergency = incident(state, inputs, hidesIncident);
  const aged = tooOld(inputs, seen.createdAt, now);
  const reasons = [...emergency, ...changedTriggers(state, inputs), ...aged];
  const action = reasons.length > 0 ? "rotate" : isOther ? "adopt" : "keep";

  const isWanted = inputs.reveal !== false;
  const differences = differencesBetween(appliedInputs(state), inputs, reasons.map(pathOf));
  if (isOther) differences.push({ path: "keyId", kind: "update", replace: false });
  else if (isWanted && state.key === undefined && state.reveal !== false) {
    differences.push({ path: "key", kind: "add", replace: false });
  }
  // A trigger replaces the state's key, which an interrupted run may have done already. An incident and an age are about the
  // key that lives, also if an interrupted run created it.
  const replaced = emergency.length > 0 || aged.length > 0 ? seen : state;
  const kept = action === "keep" ? state.key : undefined;
  return {
    action,
    reasons,
    replaced,
    value: isWanted ? (kept ?? UNKNOWN) : undefined,
    differences,
    note: {
      keep: undefined,
      adopt: `rotated outside of this program: ${label(seen)} replaces ${label(state)}`,
      rotate: `${reasons.map(describeReason).join(" and ")}: rotates the key, which revokes ${label(replaced)} now`,
    }[action],
  };
}

/** Whether both are the same key with the same value. */
export function isSame(one: Identity, other: Identity): boolean {
  return isDeepStrictEqual(identityOf(one), identityOf(other));
}

export function identityOf({ keyId, prefix, last4, createdAt }: Identity): Identity {
  return { keyId, prefix, last4, createdAt };
}

/** A key as a person finds it at Settings → API Keys. */
function label({ keyId, last4 }: Identity): string {
  return `${shown(keyId)} (…${shown(last4)})`;
}
