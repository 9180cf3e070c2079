import { shown } from "../../values/shown";
import type { DeclaredKey, ExportedStack } from "../exported-state";
import type { Place } from "./finding";

/** Where a person sees and revokes keys. */
export const SETTINGS = "Settings → API Keys";

export function placeOf({ stack, urn }: DeclaredKey): Place {
  return { stack, urn };
}

/** Returns where to run a command, as part of a sentence. */
export function inStack({ name }: ExportedStack): string {
  return `in ${shown(name ?? "its stack")}`;
}
