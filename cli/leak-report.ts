import type { Key } from "../contract/port";
import type { Leak, LeakedKey, Leaks } from "../provider/inventory/leak";
import { timestamp } from "../provider/values/duration";
import { shown } from "../provider/values/shown";

/** Returns the report of leaked values, for people. */
export function leakedText({ leaks }: Leaks): string {
  const parts = leaks.map((leak, index) => {
    const title = leaks.length === 1 ? [] : [`Value ${index + 1} of ${leaks.length}`];
    return [...title, ...(leak.keys.length === 0 ? notFound(leak) : leak.keys.map((key) => keyText(key, leak)))];
  });
  return `${parts.flat().join("\n\n")}\n`;
}

function keyText({ key, sureness, reason, holders, advice }: LeakedKey, { evidence }: Leak): string {
  const rows = [
    ["Status", `${statusOf(key)}; created ${timestamp(key.createdAt)}${by(key)}`],
    ["Gateway", gatewayText(evidence.gateway)],
    ["Last used", `${lastUse(key)}; ${usage(key)}`],
    ...holders.map(({ resource, role }) => [
      "Managed by",
      `${shown(resource.urn)}, as its ${role} key (${shown(resource.stack.file)})`,
    ]),
    ["Next step", advice.text],
  ];
  const title = `${shown(key.name)} (${shown(key.id)}, …${shown(key.last4)}): ${sureness}, because ${reason}`;
  return [title, ...rows.map(([name = "", text]) => `  ${name.padEnd(10)}  ${text}`)].join("\n");
}

function statusOf({ status, revokedAt }: Key): string {
  return revokedAt === undefined ? shown(status) : `${shown(status)} since ${timestamp(revokedAt)}`;
}

function by({ createdBy }: Key): string {
  return createdBy === undefined ? "" : ` by ${shown(createdBy.name)}`;
}

function lastUse({ lastUsedAt }: Key): string {
  if (lastUsedAt === undefined) return "unknown";
  return lastUsedAt === null ? "never" : timestamp(lastUsedAt);
}

function usage({ usage30d: { requests, costUsd } }: Key): string {
  return `${requests} requests and $${costUsd.toFixed(2)} in 30 days, before this check`;
}

function gatewayText(gateway: Leak["evidence"]["gateway"]): string {
  if (gateway === undefined) return "the value was not tried";
  return typeof gateway === "string"
    ? `${gateway.replace(/ed$/, "s")} the value`
    : `unknown: ${gateway.unknownBecause}`;
}

function notFound({ evidence, owner, isValid }: Leak): string[] {
  if (owner !== undefined) {
    const whose = owner.caller === undefined ? "" : ` of ${shown(owner.caller.name)}`;
    return [
      `The value is no key of this workspace, but a valid token${whose} for the workspace ${shown(owner.slug)}. Revoke it there.`,
    ];
  }
  const elsewhere = isValid
    ? "The gateway accepts the value, so it is valid, and belongs to another workspace."
    : "The value may belong to another workspace, or be an earlier value of the primary sandbox key.";
  return [
    `No key of this workspace has this prefix and ends in these four characters. ${elsewhere}`,
    ...reasonOf(evidence),
  ];
}

function reasonOf({ gateway }: Leak["evidence"]): string[] {
  return typeof gateway === "object" ? [`Whether the gateway accepts it is unknown: ${gateway.unknownBecause}`] : [];
}

/** Returns the report of leaked values, for programs. */
export function leakedJson({ workspace, leaks }: Leaks): unknown {
  const { id, slug, name } = workspace;
  return {
    workspace: { id, slug, name },
    values: leaks.map(({ evidence: { gateway }, isValid, owner, keys }) => ({
      isValid,
      gateway: gateway === undefined ? "not tried" : typeof gateway === "string" ? gateway : "unknown",
      ...(owner === undefined ? {} : { owner: { workspace: owner.slug, name: owner.caller?.name } }),
      keys: keys.map(keyJson),
    })),
  };
}

function keyJson({ key, sureness, reason, holders, advice }: LeakedKey): unknown {
  // Listed one by one, so that no field of a response is printed by mistake.
  const { id, name, kind, prefix, last4, status, createdAt, createdBy, lastUsedAt, revokedAt, usage30d } = key;
  const time = (at: number | null | undefined) => (at === null || at === undefined ? undefined : timestamp(at));
  return {
    sureness,
    reason,
    id,
    name,
    kind,
    prefix,
    last4,
    status,
    createdAt: timestamp(createdAt),
    createdBy: createdBy?.name,
    lastUsedAt: time(lastUsedAt),
    revokedAt: time(revokedAt),
    requests30d: usage30d.requests,
    costUsd30d: usage30d.costUsd,
    managedBy: holders.map(({ resource: { urn, stack, type }, role }) => ({
      file: stack.file,
      stack: stack.name,
      urn,
      type,
      role,
    })),
    nextStep: advice,
  };
}
