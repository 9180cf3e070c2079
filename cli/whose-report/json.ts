import type { Leak, LeakedKey, Leaks } from "../../provider/inventory/leak/leaks";
import { timestamp } from "../../provider/values/duration";
import { lastFour } from "../../provider/values/shown";
import { holderAsJson } from "../holder-json";

/** The version of the form. It changes if a field is removed or gets another meaning, and not if one is added. */
const VERSION = 1;

/** Returns the report for programs, as docs/respond-to-a-leak.md describes it. */
export function reportAsJson({ workspace: { id, name, slug }, leaks }: Leaks): string {
  const report = { version: VERSION, workspace: { id, name, slug }, values: leaks.map(leakAsJson) };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function leakAsJson({ evidence: { gateway }, isValid, owner, keys }: Leak) {
  return {
    isValid,
    gateway: typeof gateway === "object" ? "unknown" : (gateway ?? "not tried"),
    owner: owner === undefined ? null : { workspace: owner.slug, name: owner.caller?.name ?? null },
    keys: keys.map(keyAsJson),
  };
}

function keyAsJson({ key, sureness, reason, holders, advice }: LeakedKey) {
  // Listed one by one, so that no other field of a response is printed.
  const { id, name, kind, status, last4, createdAt, createdBy, lastUsedAt, revokedAt, usage30d } = key;
  return {
    sureness,
    reason,
    id,
    name,
    kind,
    status,
    last4: lastFour(last4),
    createdAt: timestamp(createdAt),
    createdBy: createdBy?.name,
    // Null if the key was never used. Absent if the API does not report it.
    lastUsedAt: typeof lastUsedAt === "number" ? timestamp(lastUsedAt) : lastUsedAt,
    revokedAt: revokedAt === undefined ? undefined : timestamp(revokedAt),
    requests: usage30d.requests,
    costUsd: usage30d.costUsd,
    declared: holders.map(holderAsJson),
    nextStep: { kind: advice.kind, text: advice.text, urn: advice.urn ?? null },
  };
}
