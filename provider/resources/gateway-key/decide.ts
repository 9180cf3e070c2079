import type { Key } from "../../../contract/port";
import { DenchError } from "../../errors";
import { changesBetween, type Difference, differencesBetween, propertyOf } from "../../values/differences";
import { durationMs, timestamp } from "../../values/duration";
import { fieldsWith } from "../../values/field-facts";
import { shown } from "../../values/shown";
import { type Previewed, type PreviewedFields, UNKNOWN } from "../../values/unknown";
import {
  addedTriggers,
  changedTriggers,
  describeReason,
  field,
  incident,
  pathOf,
  type Reason,
  tooOld,
} from "../rotation";
import { appliedInputs, GatewayKeyInputs, type GatewayKeyState } from "./fields";
import { type Note, notesOf, type Revocation } from "./notes";

/** The result of reading a key: the key, `missing` if the workspace has no key with this ID, or `not read`. */
export type Observation = { readonly key: Key } | "missing" | "not read";

/** The facts that a decision is based on. */
export interface Situation {
  readonly state: GatewayKeyState;
  readonly inputs: PreviewedFields<GatewayKeyInputs>;
  /** The status of the current key: `active`, `revoked`, `missing`, `changed`, or an unknown status. */
  readonly status: string;
  /** The previous key in the workspace. Undefined if the state has none. */
  readonly previous: Observation | undefined;
  /** The server's time, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether plans must not show the value of `compromised`. */
  readonly hidesIncident?: boolean;
}

/** The changes to a gateway key and its value. */
export interface Decision {
  /**
   * - `keep`: the value does not change.
   * - `replace`: the resource is replaced. The engine deletes the old one at the end of the update.
   * - `overlap`: the key is rotated in place. The old key becomes the previous key.
   * - `end`: the key is rotated in place, and the update revokes every old key.
   */
  readonly value: "keep" | "replace" | "overlap" | "end";
  readonly reasons: readonly Reason[];
  /** Whether the update revokes the previous key first, so that at most two keys are active. */
  readonly revokesPrevious: boolean;
  /** When the overlap ends, in milliseconds since the epoch. Undefined if no previous key stays valid. */
  readonly previousUntil: Previewed<number> | undefined;
  readonly differences: readonly Difference[];
  /** The messages of the plan. */
  readonly notes: readonly Note[];
  /** The error that the plan and the update fail with, before they change anything. */
  readonly refusal: DenchError | undefined;
}

/** Returns the changes to a gateway key, and the reasons for them. */
export function decide(situation: Situation): Decision {
  const { state, inputs, status, now } = situation;
  const emergency = incident(state, inputs, situation.hidesIncident);
  const drift: Reason[] = status === "active" ? [] : [{ kind: "drift", keyId: state.keyId, status }];
  // If a key was imported without its value, adding a trigger is the way to get a new value.
  const isWithoutValue = state.key === undefined;
  const added = isWithoutValue ? addedTriggers(state, inputs) : [];
  const requested: Reason[] = [...changedBy(situation), ...changedTriggers(state, inputs), ...added];
  const aged = tooOld(inputs, state.createdAt, now);
  const overlapMs = overlapOf(inputs);

  if (emergency.length > 0) return decision(situation, { value: "end", reasons: emergency, revokesPrevious: false });
  if (isInvalid(drift) && overlapMs !== 0) {
    // The current key is no longer valid, so the previous key can stay until its overlap ends.
    const over = endOfOverlap(situation);
    return decision(situation, { ...over, value: "overlap", reasons: [...drift, ...requested] });
  }
  const reasons = [...drift, ...requested, ...aged];
  if (reasons.length === 0) return decision(situation, { ...endOfOverlap(situation), value: "keep", reasons });
  const previous = state.previousKeyId;
  if (overlapMs === 0) {
    // A replacement creates the new key first. With an active previous key, that would be a third key.
    const isThird = previous !== undefined && mayBeActive(situation.previous);
    // Nothing in the program depends on a value that is not in the state, and `protect` would refuse a replacement.
    const isInPlace = isThird || isWithoutValue;
    return decision(situation, { value: isInPlace ? "end" : "replace", reasons, revokesPrevious: isThird });
  }
  const held = previous === undefined ? undefined : protectedUseOf(situation);
  if (held === undefined) {
    return decision(situation, {
      value: "overlap",
      reasons,
      revokesPrevious: previous !== undefined,
      previousUntil: overlapMs === UNKNOWN ? UNKNOWN : now + overlapMs,
    });
  }
  const busy = `the previous key ${shown(previous ?? "")} was last used at ${timestamp(held)}, and keepIfUsedWithin protects it`;
  if (requested.length === 0 && drift.length === 0) {
    return decision(situation, {
      value: "keep",
      reasons: [],
      revokesPrevious: false,
      previousUntil: currentOverlapEnd(situation),
      warning: `${reasons.map(describeReason).join(" and ")}, but the rotation waits: ${busy}`,
    });
  }
  const refusal = new DenchError(
    "key_in_use",
    `Could not rotate the key (${reasons.map(describeReason).join(" and ")}): ${busy}. A third key is not created. Move its users to the current key, or unset keepIfUsedWithin, and run again.`,
  );
  return { ...decision(situation, { value: "overlap", reasons, revokesPrevious: true }), notes: [], refusal };
}

/** Returns true if the reasons include that the current key is no longer valid. */
export function isInvalid(reasons: Decision["reasons"]): boolean {
  return reasons.some((reason) => reason.kind === "drift" && reason.status !== "changed");
}

/** The time after creation, in milliseconds, in which a use can be the provider's own test with `waitUntilReady`. */
export const PROBED_WITHIN_MS = 90_000;

function mayBeActive(previous: Observation | undefined): boolean {
  return typeof previous === "object" ? previous.key.status === "active" : previous !== "missing";
}

interface Outline {
  readonly value: Decision["value"];
  readonly reasons: readonly Reason[];
  readonly revokesPrevious: boolean;
  readonly previousUntil?: Previewed<number> | undefined;
  readonly warning?: string | undefined;
}

function decision(situation: Situation, outline: Outline): Decision {
  const { value, reasons, revokesPrevious, previousUntil, warning } = outline;
  const { state } = situation;
  const causes = reasons.map(pathOf);
  const differences = differencesBetween(appliedInputs(state), situation.inputs, causes, value === "replace");
  if (value === "keep" && revokesPrevious) differences.push({ path: "previousKeyId", kind: "delete", replace: false });
  if (state.revokePending) differences.push({ path: "revokePending", kind: "delete", replace: false });

  const notes = notesOf({
    state,
    status: situation.status,
    createsKey: value !== "keep",
    reasons: reasons.map(describeReason),
    revocations: revocationsOf(situation, outline),
    warning,
  });
  return { value, reasons, revokesPrevious, previousUntil, differences, notes, refusal: undefined };
}

/** Returns the keys that the update revokes or schedules to be revoked. */
function revocationsOf(
  situation: Situation,
  { value, reasons, revokesPrevious, previousUntil }: Outline,
): Revocation[] {
  const { state, previous, now } = situation;
  const revocations: Revocation[] = (state.revokePending ?? []).map((keyId) => ({
    keyId,
    last4: undefined,
    when: "now",
  }));
  const until = currentOverlapEnd(situation);
  const isMoved = until !== undefined && until !== Date.parse(state.previousKeyRevokeAt ?? "");
  const newOverlap = value === "overlap" && !isInvalid(reasons);
  if (state.previousKeyId !== undefined && mayBeActive(previous)) {
    const last4 = typeof previous === "object" ? previous.key.last4 : undefined;
    const key = { keyId: state.previousKeyId, last4 };
    const cutShort = until !== undefined && until > now ? { insteadOf: until } : {};
    if (revokesPrevious || value === "end") revocations.push({ ...key, when: "now", ...cutShort });
    else if (previousUntil !== undefined && !newOverlap && (value !== "keep" || isMoved)) {
      revocations.push({ ...key, when: previousUntil });
    }
  }
  const key = { keyId: state.keyId, last4: state.last4 };
  // The engine deletes the old resource of a replacement, even if its key has an unknown status.
  const isGone = isInvalid(reasons) && (value !== "replace" || ["revoked", "missing"].includes(situation.status));
  if (value === "keep" || isGone) return revocations;
  if (value === "replace") revocations.push({ ...key, when: "at the end of this update" });
  else revocations.push({ ...key, when: value === "end" ? "now" : (previousUntil ?? UNKNOWN) });
  return revocations;
}

const REPLACING: ReadonlySet<string> = new Set(fieldsWith("willReplaceOnChanges", GatewayKeyInputs));

/** Returns a reason for each changed input that needs a new key. */
function changedBy({ state, inputs }: Situation): Reason[] {
  return changesBetween(appliedInputs(state), inputs)
    .filter(({ path }) => REPLACING.has(propertyOf(path)))
    .map(({ path }) => ({ kind: "changed", path }));
}

/** Returns whether this update ends the current overlap, and otherwise when it ends. */
function endOfOverlap(situation: Situation): Pick<Outline, "revokesPrevious" | "previousUntil" | "warning"> {
  const until = currentOverlapEnd(situation);
  if (until === undefined) return { revokesPrevious: false };
  if (until > situation.now) return { revokesPrevious: false, previousUntil: until };
  const held = protectedUseOf(situation);
  if (held === undefined) return { revokesPrevious: true };
  const { previousKeyId } = situation.state;
  return {
    revokesPrevious: false,
    previousUntil: until,
    warning: `the overlap is over, but the previous key ${shown(previousKeyId ?? "")} was last used at ${timestamp(held)}, and keepIfUsedWithin protects it`,
  };
}

/** Returns when the current overlap ends. Changing `overlap` moves the end. Removing `overlap` does not. */
function currentOverlapEnd({ state, inputs }: Situation): number | undefined {
  if (state.previousKeyId === undefined || state.previousKeyRevokeAt === undefined) return undefined;
  const overlap = field(inputs.rotation, "overlap");
  const isMoved = typeof overlap === "string" && overlap !== state.rotation?.overlap;
  return isMoved ? Date.parse(state.createdAt) + (durationMs(overlap) ?? 0) : Date.parse(state.previousKeyRevokeAt);
}

/** Returns when the previous key was last used, if `keepIfUsedWithin` protects it. */
function protectedUseOf({ state, inputs, previous, now }: Situation): number | undefined {
  const window = inputs.keepIfUsedWithin;
  if (typeof window !== "string" || previous === undefined || typeof previous === "string") return undefined;
  return usedWithin(previous.key, window, now, state.waitUntilReady);
}

/**
 * Returns when an active key was last used, if that is within the window. Throws `last_use_unknown` if the server does not
 * report the last use.
 */
export function usedWithin(key: Key, window: string, now: number, isProbed = false): number | undefined {
  if (key.status !== "active") return undefined;
  const { lastUsedAt } = key;
  if (lastUsedAt === undefined) {
    throw new DenchError(
      "last_use_unknown",
      `Could not tell whether the key ${shown(key.id)} is in use: the server does not report when it was last used. To revoke it anyway, unset keepIfUsedWithin.`,
    );
  }
  if (lastUsedAt === null || (isProbed && lastUsedAt - key.createdAt <= PROBED_WITHIN_MS)) return undefined;
  return now - lastUsedAt < (durationMs(window) ?? 0) ? lastUsedAt : undefined;
}

/** Returns the overlap in milliseconds. A plan assumes that an unknown overlap is above zero. */
function overlapOf(inputs: PreviewedFields<GatewayKeyInputs>): Previewed<number> {
  const overlap = field(inputs.rotation, "overlap");
  if (overlap === UNKNOWN) return UNKNOWN;
  return typeof overlap === "string" ? (durationMs(overlap) ?? 0) : 0;
}
