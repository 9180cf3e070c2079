import type { Key } from "../../contract/port";
import type { Evidence } from "../../provider/inventory/leak/candidates";
import type { Leak, LeakedKey, Leaks } from "../../provider/inventory/leak/leaks";
import { inSeconds } from "../../provider/values/duration";
import { onOneLine, shown } from "../../provider/values/shown";
import { keyLabel, roleLabel, stackAndFile } from "../audit-report/labels";
import { counted, paragraph } from "../text";

/** Returns the report for people. */
export function reportForPeople({ leaks }: Leaks): string {
  const parts = leaks.flatMap((leak, index) => [
    ...(leaks.length === 1 ? [] : [paragraph(`Value ${index + 1} of ${leaks.length}:`)]),
    ...(leak.keys.length === 0 ? notFound(leak) : leak.keys.map((key) => keyText(key, leak.evidence))),
  ]);
  return parts.join("\n");
}

function keyText({ key, sureness, reason, holders, advice }: LeakedKey, { gateway }: Evidence): string {
  return [
    paragraph(keyLabel(key)),
    row("Match", `${sureness}: ${reason}.`),
    row("Status", statusOf(key)),
    row(
      "Created",
      `${inSeconds(key.createdAt)}${key.createdBy === undefined ? "" : ` by ${shown(key.createdBy.name)}`}`,
    ),
    row("Gateway", gatewayText(gateway)),
    row("Last used", `${lastUse(key)}; ${usage(key)}`),
    ...holders.map((holder) =>
      // The URN is on a line of its own and in full, to be copied.
      [
        row("Stack", `${stackAndFile(holder.resource.stack)}, ${roleLabel(holder)} key of`),
        `${INDENTATION}${onOneLine(holder.resource.urn)}\n`,
      ].join(""),
    ),
    row("Next step", advice.text),
  ].join("");
}

const INDENTATION = " ".repeat(13);

function row(name: string, text: string): string {
  return `  ${name}`.padEnd(INDENTATION.length) + paragraph(text, INDENTATION).trimStart();
}

function statusOf({ status, revokedAt }: Key): string {
  return revokedAt === undefined ? shown(status) : `${shown(status)} since ${inSeconds(revokedAt)}`;
}

function lastUse({ lastUsedAt }: Key): string {
  if (lastUsedAt === undefined) return "unknown";
  return lastUsedAt === null ? "never" : inSeconds(lastUsedAt);
}

function usage({ usage30d: { requests, costUsd } }: Key): string {
  const cost = costUsd.toLocaleString("en", { style: "currency", currency: "USD" });
  return `${counted(requests, "request")} and ${cost} in 30 days, before this check`;
}

function gatewayText(gateway: Evidence["gateway"]): string {
  if (gateway === undefined) return "the value was not tried";
  if (typeof gateway === "object") return `unknown: ${gateway.unknownBecause}`;
  return gateway === "accepted" ? "accepts the value" : "rejects the value";
}

function notFound({ evidence: { gateway }, owner }: Leak): string[] {
  if (owner !== undefined) {
    const caller = owner.caller === undefined ? "" : ` of ${shown(owner.caller.name)}`;
    return [
      paragraph(
        `The value is not a key of this workspace, but a valid token${caller} for the workspace ${shown(owner.slug)}. Revoke it there.`,
      ),
    ];
  }
  const elsewhere =
    gateway === "accepted"
      ? "The gateway accepts the value: it is valid, and belongs to another workspace."
      : "The value may belong to another workspace, or be an earlier value of the primary sandbox key.";
  return [
    paragraph(
      `No key of this workspace has the prefix of the value and ends in its last four characters. ${elsewhere}`,
    ),
    ...(typeof gateway === "object" ? [paragraph(`Gateway: ${gatewayText(gateway)}.`)] : []),
  ];
}
