import { timestamp } from "../../values/duration";
import { shown } from "../../values/shown";
import { type Previewed, UNKNOWN } from "../../values/unknown";
import type { GatewayKeyState } from "./fields";

/** A line of a plan. */
export interface Note {
  readonly severity: "info" | "warning";
  readonly text: string;
}

/** A key that an update revokes, or whose end it sets. */
export interface Ending {
  readonly keyId: string;
  /** Undefined where it is not known. */
  readonly last4: string | undefined;
  /** A time, in milliseconds since the epoch: by the first update after it. */
  readonly when: Previewed<"now" | "at the end of this update" | number>;
  /** The end of an overlap that is cut short, in milliseconds since the epoch. */
  readonly insteadOf?: number;
}

export interface Outlook {
  readonly state: GatewayKeyState;
  readonly status: string;
  readonly createsKey: boolean;
  readonly reasons: readonly string[];
  readonly endings: readonly Ending[];
  readonly warning: string | undefined;
}

/** What a plan says: why there is a new key, and each key that is revoked, with the time. */
export function notesOf({ state, status, createsKey, reasons, endings, warning }: Outlook): Note[] {
  const ends = endings.map(describeEnding).join("; ");
  const notes: Note[] = [];
  if (createsKey) {
    notes.push({
      severity: "info",
      text: `${reasons.join(" and ")}: creates a new key${ends === "" ? "" : `; ${ends}`}`,
    });
  } else if (ends !== "") {
    notes.push({ severity: "info", text: ends });
  }
  if (!["active", "revoked", "missing", "changed"].includes(status)) {
    const text = `the key ${label(state.keyId, state.last4)} has a status that this provider does not know: check it at Settings → API Keys`;
    notes.push({ severity: "warning", text });
  }
  if (warning !== undefined) notes.push({ severity: "warning", text: warning });
  return notes;
}

function describeEnding({ keyId, last4, when, insteadOf }: Ending): string {
  const key = label(keyId, last4);
  if (when === UNKNOWN) return `${key} works on for the overlap`;
  if (typeof when === "number") return `the first update after ${inSeconds(when)} revokes ${key}`;
  const early = insteadOf === undefined ? "" : `, before its overlap ends at ${inSeconds(insteadOf)}`;
  return `revokes ${key} ${when}${early}`;
}

/** A key as a person finds it at Settings → API Keys. */
function label(keyId: string, last4: string | undefined): string {
  return last4 === undefined ? shown(keyId) : `${shown(keyId)} (…${shown(last4)})`;
}

function inSeconds(milliseconds: number): string {
  return timestamp(Math.floor(milliseconds / 1000) * 1000);
}
