import { isDeepStrictEqual } from "node:util";
import type { Key } from "../../../contract/port";
import { type Difference, differencesBetween } from "../../values/differences";
import { shown } from "../../values/shown";
import { type Previewed, type PreviewedFields, UNKNOWN } from "../../values/unknown";
import { changedTriggers, describeReason, incident, pathOf, type Reason, tooOld } from "../rotation";
import { appliedInputs, type PrimarySandboxKeyInputs, type PrimarySandboxKeyState, shownOf } from "./fields";

/** The facts that a decision is based on. */
export interface Situation {
  readonly state: PrimarySandboxKeyState;
  readonly inputs: PreviewedFields<PrimarySandboxKeyInputs>;
  /** The key in the workspace. */
  readonly live: Key | "not read";
  /** The server's time, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether plans must not show the value of `compromised`. */
  readonly hidesIncident?: boolean;
}

/** The changes to the primary key and its value. */
export interface Decision {
  /**
   * - `keep`: the key is the one in the state.
   * - `adopt`: the key was rotated outside of this program. The state is updated to the new key.
   * - `rotate`: the key is rotated in place, which revokes the old value.
   */
  readonly action: "keep" | "adopt" | "rotate";
  /** The reasons for a rotation. */
  readonly reasons: readonly Reason[];
  /** The key that a rotation replaces. A rotation of this key that is already done is not repeated. */
  readonly replaced: Identity;
  /** The key value for the state. Undefined if `reveal` is `false`, and `UNKNOWN` if it has to be revealed. */
  readonly value: Previewed<string> | undefined;
  readonly differences: readonly Difference[];
  /** The message of the plan. */
  readonly note: string | undefined;
}

/** The fields that identify a value of the primary key. A server may keep the ID when it rotates the key. */
export type Identity = Pick<PrimarySandboxKeyState, "keyId" | "prefix" | "last4" | "createdAt">;

/** Returns the changes to the primary key, and the reasons for them. */
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
  // A trigger replaces the key in the state, which an interrupted run may have done already. An incident and an age apply to
  // the key in the workspace, even if an interrupted run created it.
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

/** Returns true if both are the same key with the same value. */
export function isSame(one: Identity, other: Identity): boolean {
  return isDeepStrictEqual(identityOf(one), identityOf(other));
}

/** Returns the fields that identify a value of the primary key. */
export function identityOf({ keyId, prefix, last4, createdAt }: Identity): Identity {
  return { keyId, prefix, last4, createdAt };
}

/** Returns a key as Settings → API Keys shows it. */
function label({ keyId, last4 }: Identity): string {
  return `${shown(keyId)} (…${shown(last4)})`;
}
