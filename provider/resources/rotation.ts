import * as z from "zod";
import type { Fields } from "../session/context";
import { propertyPath } from "../values/differences";
import { Duration, durationMs, formatDuration } from "../values/duration";
import { asText, mapFields } from "../values/number-like-text";
import { shown } from "../values/shown";
import { type Previewed, UNKNOWN } from "../values/unknown";

/** Named values. Changing one rotates the key. Adding or removing one does not. */
export const Triggers = z.record(z.string(), z.string("must be a string"));

export const After = Duration;

/** The inputs that rotate both kinds of keys. */
export interface RotationInputs {
  readonly rotation?:
    | { readonly triggers?: Readonly<Record<string, string>> | undefined; readonly after?: string | undefined }
    | undefined;
  readonly compromised?: string | undefined;
}

/** Converts numbers and booleans in `triggers` and `compromised` to strings: there, only equality matters. */
export function withTextCauses(inputs: Fields): Fields {
  const { compromised, rotation } = inputs;
  const textRotation = mapFields(rotation, (field, name) => (name === "triggers" ? mapFields(field, asText) : field));
  return {
    ...inputs,
    ...(compromised === undefined ? {} : { compromised: asText(compromised) }),
    ...(rotation === undefined ? {} : { rotation: textRotation }),
  };
}

/** The reason for a new key value. */
export type Reason =
  /** The identifier is undefined if it is a secret, or not known yet. */
  | { readonly kind: "compromised"; readonly identifier: string | undefined }
  | { readonly kind: "drift"; readonly keyId: string; readonly status: string }
  | { readonly kind: "changed"; readonly path: string }
  /** The name is undefined if the triggers are not known yet. */
  | { readonly kind: "trigger"; readonly name: string | undefined }
  /** A new trigger on a key whose value is not in the state. The name is undefined if the triggers are not known yet. */
  | { readonly kind: "addedTrigger"; readonly name: string | undefined }
  | { readonly kind: "age"; readonly ageMs: number; readonly after: string };

/** Returns the path of the property that a plan shows a reason at. */
export function pathOf(reason: Reason): string {
  switch (reason.kind) {
    case "compromised":
      return "compromised";
    case "drift":
      return "status";
    case "changed":
      return reason.path;
    case "trigger":
    case "addedTrigger":
      return reason.name === undefined ? "rotation.triggers" : propertyPath("rotation.triggers", reason.name);
    case "age":
      return "rotation.after";
  }
}

/** Returns a description of a reason. Inputs may be secrets, so it contains only the age and a public incident identifier. */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case "compromised":
      return reason.identifier === undefined
        ? "compromised is set or changed"
        : `compromised is ${shown(reason.identifier)}`;
    case "drift":
      return `${shown(reason.keyId)} ${describeDrift(reason.status)}`;
    case "changed":
      return `${reason.path} changed`;
    case "trigger":
      return reason.name === undefined
        ? "the rotation triggers may change"
        : `rotation trigger ${shown(reason.name)} changed`;
    case "addedTrigger": {
      const which = reason.name === undefined ? "a rotation trigger" : `rotation trigger ${shown(reason.name)}`;
      return `${which} was added, and the state does not have the key value`;
    }
    case "age":
      return `key is ${formatDuration(reason.ageMs)} old, rotation.after is ${reason.after}`;
  }
}

function describeDrift(status: string): string {
  switch (status) {
    case "revoked":
      return "was revoked outside of this program";
    case "missing":
      return "no longer exists";
    case "changed":
      return "was rotated outside of this program";
    default:
      return `is ${status}`;
  }
}

/**
 * Returns the reason to rotate after a security incident: `compromised` changed to a value that is not empty. A value that is
 * set at creation is not an incident.
 */
export function incident(state: RotationInputs, inputs: Previewed<RotationInputs>, isHidden = true): Reason[] {
  const now = field(inputs, "compromised");
  if (now === UNKNOWN) return [{ kind: "compromised", identifier: undefined }];
  if (typeof now !== "string" || now === "" || now === state.compromised) return [];
  return [{ kind: "compromised", identifier: isHidden ? undefined : now }];
}

/** Returns a reason for each trigger whose value changed. An unknown value counts as changed. */
export function changedTriggers(state: RotationInputs, inputs: Previewed<RotationInputs>): Reason[] {
  const before = state.rotation?.triggers ?? {};
  const after = field(field(inputs, "rotation"), "triggers");
  if (after === UNKNOWN) return Object.keys(before).length > 0 ? [{ kind: "trigger", name: undefined }] : [];
  return Object.keys(before)
    .filter((name) => hasField(after, name) && field(after, name) !== before[name])
    .map((name) => ({ kind: "trigger", name }));
}

/** Returns a reason for each trigger that is not in the state. Unknown triggers count as one. */
export function addedTriggers(state: RotationInputs, inputs: Previewed<RotationInputs>): Reason[] {
  const before = state.rotation?.triggers ?? {};
  const after = field(field(inputs, "rotation"), "triggers");
  if (after === UNKNOWN) return [{ kind: "addedTrigger", name: undefined }];
  return Object.keys(after ?? {})
    .filter((name) => !Object.hasOwn(before, name))
    .map((name) => ({ kind: "addedTrigger", name }));
}

const LONGEST_SLACK_MS = 3_600_000;

/**
 * Returns the reason to rotate a key that has reached its age. Allows 1 % tolerance, at most one hour, so that a schedule with
 * the same period never skips a turn.
 */
export function tooOld(inputs: Previewed<RotationInputs>, createdAt: string, now: number): Reason[] {
  const after = field(field(inputs, "rotation"), "after");
  if (typeof after !== "string") return [];
  const limit = durationMs(after) ?? Number.POSITIVE_INFINITY;
  const ageMs = now - Date.parse(createdAt);
  return ageMs >= limit - Math.min(LONGEST_SLACK_MS, limit / 100) ? [{ kind: "age", ageMs, after }] : [];
}

/** Returns a field of a value, or `UNKNOWN` if the value is not known yet. */
export function field(value: unknown, name: string): unknown {
  if (value === UNKNOWN) return UNKNOWN;
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function hasField(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name);
}
