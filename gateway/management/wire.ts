import type * as contract from "../../contract";
import { HttpFailure } from "../http/failure";
import type { Key } from "../store/keys";
import type { Caller } from "../store/members";
import type { CreatedKey, Workspace } from "../store/store";
import type { KeyUsage, Usage } from "../store/usage";

// Encodes the store's records as the objects of the contract. Each field is named, so that the API shows no other. A key has also
// those that the contract lets a server omit.

export function encodeStatus({ id, name, slug }: Workspace, caller: Caller): contract.Status {
  const role: contract.Role = caller.role;
  return {
    workspace: { id, name, slug },
    caller: { id: caller.id, name: caller.name, role, keyId: caller.keyId },
  };
}

export function encodeKey(key: Key): Required<contract.Key> {
  return {
    id: key.id,
    name: key.name,
    kind: key.kind,
    prefix: key.prefix,
    last4: key.last4,
    scopes: [...key.scopes],
    status: key.status,
    createdAt: key.createdAt,
    createdBy: { id: key.createdBy.id, name: key.createdBy.name },
    lastUsedAt: key.lastUsedAt,
    revokedAt: key.revokedAt,
    requestId: key.requestId,
    usage30d: encodeUsage(key.usage30d),
  };
}

export function encodeCreatedKey({ key, value }: CreatedKey): contract.CreatedKey {
  return { ...encodeKey(key), key: value };
}

export function encodeRevealedKey({ id, value }: { id: string; value: string }): contract.RevealedKey {
  return { id, key: value };
}

export function encodeKeyPage({ keys, next }: { keys: readonly Key[]; next: number | undefined }): contract.KeyPage {
  return { items: keys.map(encodeKey), cursor: next === undefined ? null : encodeCursor(next) };
}

export function encodeKeyUsage(keyId: string, { days, daily, ...total }: KeyUsage): contract.KeyUsage {
  return {
    keyId,
    days,
    ...encodeUsage(total),
    daily: daily.map(({ date, ...usage }) => ({ date, ...encodeUsage(usage) })),
  };
}

function encodeUsage({ requests, costUsd }: Usage): contract.Usage {
  return { requests, costUsd };
}

export function encodeRequestIdUsed({ id, status }: Key): contract.RequestIdUsedDetails {
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
