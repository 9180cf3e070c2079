import type { Audit, AuditedKey } from "../../provider/inventory/audit/audit";
import { type Finding, type Place, SEVERITIES } from "../../provider/inventory/audit/finding";
import { environmentOf } from "../../provider/inventory/audit/usage";
import { timestamp } from "../../provider/values/duration";
import { lastFour } from "../../provider/values/shown";
import { holderAsJson } from "../holder-json";

/** The version of the form. It changes if a field is removed or gets another meaning, and not if one is added. */
const VERSION = 1;

/** Returns the report for programs, as docs/audit.md describes it. */
export function reportAsJson({ workspace, usage, keys, findings, ignored, notCompared }: Audit): string {
  const { id, name, slug } = workspace;
  const report = {
    version: VERSION,
    workspace: { id, name, slug },
    findings: findings.map(findingAsJson),
    ignored,
    notCompared,
    keys: keys.map(keyAsJson),
    usage: {
      stacks: usage.stacks.map(({ stack, usage }) => ({
        ...placeAsJson({ stack }),
        environment: environmentOf(stack),
        ...usage,
      })),
      environments: Array.from(usage.environments, ([environment, usage]) => ({ environment, ...usage })),
      unmanaged: usage.unmanaged,
      primary: usage.primary ?? null,
      revoked: usage.revoked,
      total: usage.total,
    },
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function findingAsJson({ code, key, where, message, advice }: Finding) {
  return {
    code,
    severity: SEVERITIES[code],
    key:
      key === undefined
        ? null
        : { id: key.id, name: key.name ?? null, last4: key.last4 === undefined ? null : lastFour(key.last4) },
    where: where.map(placeAsJson),
    message,
    advice,
  };
}

function keyAsJson({ key, holders }: AuditedKey) {
  const { id, name, kind, status, last4, scopes, createdAt, lastUsedAt, usage30d } = key;
  return {
    id,
    name,
    kind,
    status,
    last4: lastFour(last4),
    scopes,
    createdAt: timestamp(createdAt),
    // Null if the key was never used. Absent if the API does not report it.
    lastUsedAt: typeof lastUsedAt === "number" ? timestamp(lastUsedAt) : lastUsedAt,
    ...usage30d,
    declared: holders.map(holderAsJson),
  };
}

function placeAsJson({ stack, urn }: Place) {
  return { stack: stack.name ?? null, file: stack.file, ...(urn === undefined ? {} : { urn }) };
}
