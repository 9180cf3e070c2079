import { inSeconds } from "../../values/duration";
import { shown } from "../../values/shown";
import { type Previewed, UNKNOWN } from "../../values/unknown";
import type { GatewayKeyState } from "./fields";

/** A message in a plan. */
export interface Note {
  readonly severity: "info" | "warning";
  readonly text: string;
}

/** A key that an update revokes, or schedules to be revoked. */
export interface Revocation {
  readonly keyId: string;
  /** Undefined if it is not known. */
  readonly last4: string | undefined;
  /** When the key is revoked. A number is a time in milliseconds since the epoch, after which the first update revokes the key. */
  readonly when: Previewed<"now" | "at the end of this update" | number>;
  /** The planned end of an overlap that ends early, in milliseconds since the epoch. */
  readonly insteadOf?: number;
}

/** The parts of a decision that a plan describes. */
export interface Outlook {
  readonly state: GatewayKeyState;
  readonly status: string;
  readonly createsKey: boolean;
  readonly reasons: readonly string[];
  readonly revocations: readonly Revocation[];
  readonly warning: string | undefined;
}

/** Returns the messages of a plan: the reasons for a new key, and the time at which each key is revoked. */
export function notesOf({ state, status, createsKey, reasons, revocations, warning }: Outlook): Note[] {
  const revoked = revocations.map(describeRevocation).join("; ");
  const notes: Note[] = [];
  if (createsKey) {
    notes.push({
      severity: "info",
      text: `${reasons.join(" and ")}: creates a new key${revoked === "" ? "" : `; ${revoked}`}`,
    });
  } else if (revoked !== "") {
    notes.push({ severity: "info", text: revoked });
  }
  if (!["active", "revoked", "missing", "changed"].includes(status)) {
    const text = `the key ${label(state.keyId, state.last4)} has an unknown status: check it at Settings → API Keys`;
    notes.push({ severity: "warning", text });
  }
  if (warning !== undefined) notes.push({ severity: "warning", text: warning });
  return notes;
}

function describeRevocation({ keyId, last4, when, insteadOf }: Revocation): string {
  const key = label(keyId, last4);
  if (when === UNKNOWN) return `${key} stays valid for the overlap`;
  if (typeof when === "number") return `the first update after ${inSeconds(when)} revokes ${key}`;
  const early = insteadOf === undefined ? "" : `, before its overlap ends at ${inSeconds(insteadOf)}`;
  return `revokes ${key} ${when}${early}`;
}

/** Returns a key as Settings → API Keys shows it. */
function label(keyId: string, last4: string | undefined): string {
  return last4 === undefined ? shown(keyId) : `${shown(keyId)} (…${shown(last4)})`;
}
