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

/** What is known of a key: the key, that the workspace has none with its ID, or nothing. */
export type Observation = { readonly key: Key } | "missing" | "not read";

/** All that the decision rests on. */
export interface Situation {
  readonly state: GatewayKeyState;
  readonly inputs: PreviewedFields<GatewayKeyInputs>;
  /** What the current key is now: `active`, `revoked`, `missing`, `changed`, or a word that we do not know. */
  readonly status: string;
  /** The previous key as the workspace shows it, where the state has one. */
  readonly previous: Observation | undefined;
  /** The server's time, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether plans must not show what `compromised` is set to. */
  readonly hidesIncident?: boolean;
}

/** What becomes of the value, and of the keys that there are. */
export interface Decision {
  /**
   * - `keep`: the value stays;
   * - `replace`: a new key takes the place of the resource, whose old one is then deleted;
   * - `overlap`: a new value in place, the old key works on for a while as the previous one;
   * - `end`: a new value in place, and every old key is revoked in the same step.
   */
  readonly value: "keep" | "replace" | "overlap" | "end";
  readonly reasons: readonly Reason[];
  /** Whether the previous key is revoked in this step. Before a new one is created, so that never more than two live. */
  readonly endPrevious: boolean;
  /** When the previous key expires, if it stays: of a new overlap, or of the running one. */
  readonly previousUntil: Previewed<number> | undefined;
  readonly differences: readonly Difference[];
  /** What the plan says, or warns about. */
  readonly notes: readonly Note[];
  /** Why it cannot be done now. Nothing is changed then. */
  readonly refusal: DenchError | undefined;
}

/** What happens to a gateway key, and why. */
export function decide(situation: Situation): Decision {
  const { state, inputs, status, now } = situation;
  const emergency = incident(state, inputs, situation.hidesIncident);
  const drift: Reason[] = status === "active" ? [] : [{ kind: "drift", keyId: state.keyId, status }];
  // Of an imported key nobody has the value but those who had it before: a trigger that is added asks for one to hand out.
  const isWithoutValue = state.key === undefined;
  const added = isWithoutValue ? addedTriggers(state, inputs) : [];
  const asked: Reason[] = [...changedBy(situation), ...changedTriggers(state, inputs), ...added];
  const aged = tooOld(inputs, state.createdAt, now);
  const overlapMs = overlapOf(inputs);

  if (emergency.length > 0) return decision(situation, { value: "end", reasons: emergency, endPrevious: false });
  if (isDead(drift) && overlapMs !== 0) {
    // The current key is dead, so the previous one may stay beside the new one until its time.
    const over = endOfOverlap(situation);
    return decision(situation, { ...over, value: "overlap", reasons: [...drift, ...asked] });
  }
  const reasons = [...drift, ...asked, ...aged];
  if (reasons.length === 0) return decision(situation, { ...endOfOverlap(situation), value: "keep", reasons });
  const previous = state.previousKeyId;
  if (overlapMs === 0) {
    // A replacement creates the new key first, which would be a third one beside a previous key that lives.
    const isThird = previous !== undefined && mayLive(situation.previous);
    // Nothing in the program depends on a value that the state does not hold, and `protect` would refuse a replacement.
    const isInPlace = isThird || isWithoutValue;
    return decision(situation, { value: isInPlace ? "end" : "replace", reasons, endPrevious: isThird });
  }
  const held = previous === undefined ? undefined : heldSince(situation);
  if (held === undefined) {
    return decision(situation, {
      value: "overlap",
      reasons,
      endPrevious: previous !== undefined,
      previousUntil: overlapMs === UNKNOWN ? UNKNOWN : now + overlapMs,
    });
  }
  const busy = `the previous key ${shown(previous ?? "")} was last used at ${timestamp(held)}, and keepIfUsedWithin protects it`;
  if (asked.length === 0 && drift.length === 0) {
    return decision(situation, {
      value: "keep",
      reasons: [],
      endPrevious: false,
      previousUntil: runningEnd(situation),
      warning: `${reasons.map(describeReason).join(" and ")}, but the rotation waits: ${busy}`,
    });
  }
  const refusal = new DenchError(
    "key_in_use",
    `Could not rotate the key (${reasons.map(describeReason).join(" and ")}): ${busy}. A third key is not created. Move its users to the current key, or unset keepIfUsedWithin, and run again.`,
  );
  return { ...decision(situation, { value: "overlap", reasons, endPrevious: true }), notes: [], refusal };
}

/** Whether the value changes because its key no longer works. */
export function isDead(reasons: Decision["reasons"]): boolean {
  return reasons.some((reason) => reason.kind === "drift" && reason.status !== "changed");
}

/** A use in this time after a key was created may have been our own wait for it to be ready. */
export const PROBED_WITHIN_MS = 90_000;

function mayLive(previous: Observation | undefined): boolean {
  return typeof previous === "object" ? previous.key.status === "active" : previous !== "missing";
}

interface Outline {
  readonly value: Decision["value"];
  readonly reasons: readonly Reason[];
  readonly endPrevious: boolean;
  readonly previousUntil?: Previewed<number> | undefined;
  readonly warning?: string | undefined;
}

function decision(situation: Situation, outline: Outline): Decision {
  const { value, reasons, endPrevious, previousUntil, warning } = outline;
  const { state } = situation;
  const causes = reasons.map(pathOf);
  const differences = differencesBetween(appliedInputs(state), situation.inputs, causes, value === "replace");
  if (value === "keep" && endPrevious) differences.push({ path: "previousKeyId", kind: "delete", replace: false });
  if (state.revokePending) differences.push({ path: "revokePending", kind: "delete", replace: false });

  const notes = notesOf({
    state,
    status: situation.status,
    createsKey: value !== "keep",
    reasons: reasons.map(describeReason),
    revocations: revocationsOf(situation, outline),
    warning,
  });
  return { value, reasons, endPrevious, previousUntil, differences, notes, refusal: undefined };
}

/** Every key that this step revokes, or whose end it sets, and when. */
function revocationsOf(situation: Situation, { value, reasons, endPrevious, previousUntil }: Outline): Revocation[] {
  const { state, previous, now } = situation;
  const revocations: Revocation[] = (state.revokePending ?? []).map((keyId) => ({
    keyId,
    last4: undefined,
    when: "now",
  }));
  const running = runningEnd(situation);
  const isMoved = running !== undefined && running !== Date.parse(state.previousKeyRevokeAt ?? "");
  const newOverlap = value === "overlap" && !isDead(reasons);
  if (state.previousKeyId !== undefined && mayLive(previous)) {
    const last4 = typeof previous === "object" ? previous.key.last4 : undefined;
    const key = { keyId: state.previousKeyId, last4 };
    const cutShort = running !== undefined && running > now ? { insteadOf: running } : {};
    if (endPrevious || value === "end") revocations.push({ ...key, when: "now", ...cutShort });
    else if (previousUntil !== undefined && !newOverlap && (value !== "keep" || isMoved)) {
      revocations.push({ ...key, when: previousUntil });
    }
  }
  const key = { keyId: state.keyId, last4: state.last4 };
  // The engine deletes what a replacement leaves, also a key of a status that is not known here.
  const isGone = isDead(reasons) && (value !== "replace" || ["revoked", "missing"].includes(situation.status));
  if (value === "keep" || isGone) return revocations;
  if (value === "replace") revocations.push({ ...key, when: "at the end of this update" });
  else revocations.push({ ...key, when: value === "end" ? "now" : (previousUntil ?? UNKNOWN) });
  return revocations;
}

const REPLACING: ReadonlySet<string> = new Set(fieldsWith("willReplaceOnChanges", GatewayKeyInputs));

/** Changes that only another key can show. */
function changedBy({ state, inputs }: Situation): Reason[] {
  return changesBetween(appliedInputs(state), inputs)
    .filter(({ path }) => REPLACING.has(propertyOf(path)))
    .map(({ path }) => ({ kind: "changed", path }));
}

/** Whether the running overlap ends in this step, and else when. */
function endOfOverlap(situation: Situation): Pick<Outline, "endPrevious" | "previousUntil" | "warning"> {
  const until = runningEnd(situation);
  if (until === undefined) return { endPrevious: false };
  if (until > situation.now) return { endPrevious: false, previousUntil: until };
  const held = heldSince(situation);
  if (held === undefined) return { endPrevious: true };
  const { previousKeyId } = situation.state;
  return {
    endPrevious: false,
    previousUntil: until,
    warning: `the overlap is over, but the previous key ${shown(previousKeyId ?? "")} was last used at ${timestamp(held)}, and keepIfUsedWithin protects it`,
  };
}

/** When the running overlap ends: it moves with a changed `overlap`, and stays where that is taken away. */
function runningEnd({ state, inputs }: Situation): number | undefined {
  if (state.previousKeyId === undefined || state.previousKeyRevokeAt === undefined) return undefined;
  const overlap = field(inputs.rotation, "overlap");
  const isMoved = typeof overlap === "string" && overlap !== state.rotation?.overlap;
  return isMoved ? Date.parse(state.createdAt) + (durationMs(overlap) ?? 0) : Date.parse(state.previousKeyRevokeAt);
}

/** When the previous key was last used, if that is so recent that `keepIfUsedWithin` keeps it. */
function heldSince({ state, inputs, previous, now }: Situation): number | undefined {
  const window = inputs.keepIfUsedWithin;
  if (typeof window !== "string" || previous === undefined || typeof previous === "string") return undefined;
  return usedWithin(previous.key, window, now, state.waitUntilReady);
}

/** When an active key was last used, if that is within the window. Throws where the server does not tell. */
export function usedWithin(key: Key, window: string, now: number, isProbed = false): number | undefined {
  if (key.status !== "active") return undefined;
  const { lastUsedAt } = key;
  if (lastUsedAt === undefined) {
    throw new DenchError(
      "last_use_unknown",
      `Could not tell whether the key ${shown(key.id)} is in use: the server does not say when it was last used. Unset keepIfUsedWithin to go on without.`,
    );
  }
  if (lastUsedAt === null || (isProbed && lastUsedAt - key.createdAt <= PROBED_WITHIN_MS)) return undefined;
  return now - lastUsedAt < (durationMs(window) ?? 0) ? lastUsedAt : undefined;
}

/** In milliseconds. A plan expects an overlap that is not known yet to be above zero. */
function overlapOf(inputs: PreviewedFields<GatewayKeyInputs>): Previewed<number> {
  const overlap = field(inputs.rotation, "overlap");
  if (overlap === UNKNOWN) return UNKNOWN;
  return typeof overlap === "string" ? (durationMs(overlap) ?? 0) : 0;
}
