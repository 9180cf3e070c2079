import type { RequestIdUsedDetails } from "../../contract";
import type { EncodableKey, EncodableWorkspace } from "../../contract/codecs";
import type * as port from "../../contract/port";
import { HttpFailure } from "../http/failure";
import type { Key } from "../store/keys";
import type { Caller } from "../store/members";
import type { CreatedKey, Workspace } from "../store/store";
import type { DetailedUsage, KeyUsage, Usage } from "../store/usage";

// Converts the records of the store to the values that the contract's codecs encode. Listing the fields keeps all others out of
// the API. A key also has the fields that the contract lets a server omit.

export function workspaceOf({ id, name, slug }: Workspace, caller: Caller): EncodableWorkspace {
  const { id: callerId, name: callerName, role, keyId } = caller;
  return { id, name, slug, caller: { id: callerId, name: callerName, role, keyId: keyId ?? undefined } };
}

export function keyOf(key: Key): Required<EncodableKey> {
  return {
    id: key.id,
    name: key.name,
    kind: key.kind,
    prefix: key.prefix,
    last4: key.last4,
    scopes: key.scopes,
    status: key.status,
    createdAt: key.createdAt,
    createdBy: { id: key.createdBy.id, name: key.createdBy.name },
    lastUsedAt: key.lastUsedAt,
    revokedAt: key.revokedAt ?? undefined,
    requestId: key.requestId ?? undefined,
    usage30d: usageOf(key.usage30d),
  };
}

export function createdKeyOf({ key, value }: CreatedKey): { key: EncodableKey; value: string } {
  return { key: keyOf(key), value };
}

export function revealedKeyOf({ id, value }: { id: string; value: string }): port.RevealedKey {
  return { keyId: id, value };
}

export function batchOf({ keys, next }: { keys: readonly Key[]; next: number | undefined }) {
  return { keys: keys.map(keyOf), next: next === undefined ? undefined : encodeCursor(next) };
}

export function keyUsageOf(keyId: string, { daily, ...total }: KeyUsage): port.KeyUsage {
  return { keyId, ...detailedOf(total), daily: daily.map(({ date, ...usage }) => ({ date, ...detailedOf(usage) })) };
}

function detailedOf({ inputTokens, outputTokens, ...usage }: DetailedUsage): Required<port.DetailedUsage> {
  return { ...usageOf(usage), inputTokens, outputTokens };
}

function usageOf({ requests, costUsd }: Usage): port.Usage {
  return { requests, costUsd };
}

export function requestIdUsedOf({ id, status }: Key): RequestIdUsedDetails {
  return { keyId: id, status };
}

function encodeCursor(sequence: number): string {
  return Buffer.from(String(sequence)).toString("base64url");
}

export function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, "base64url").toString();
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpFailure("invalid_request", undefined, [
    { path: ["cursor"], message: "is not a cursor of this server" },
  ]);
}
