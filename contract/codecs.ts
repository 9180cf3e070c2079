import * as z from "zod";
import type { Kept } from "./kept";
import { CreatedKey, Key, KeyPage, KeyUsage, RevealedKey } from "./keys";
import type * as port from "./port";
import { Status } from "./workspace";

// Codecs between the body of a success and the port's types. The provider decodes, and the local gateway encodes. The
// `Encodable…` types require fields that the port's types leave optional, because this API always has them.

export type EncodableWorkspace = port.Workspace & { readonly caller: port.Caller };
export type EncodableKey = port.Key & { readonly createdBy: { readonly id: string; readonly name: string } };

export const workspace = z.codec(Status, z.custom<EncodableWorkspace>(), {
  decode: ({ workspace: { id, name, slug }, caller: { keyId, ...caller } }) => ({
    id,
    name,
    slug,
    caller: { ...caller, keyId: keyId ?? undefined },
  }),
  encode: ({ id, name, slug, caller: { keyId, ...caller } }) => ({
    workspace: { id, name, slug },
    caller: { ...caller, keyId: keyId ?? null },
  }),
});

export const key = z.codec(Key, z.custom<EncodableKey>(), { decode: decodeKey, encode: encodeKey });

export const createdKey = z.codec(CreatedKey, z.custom<{ readonly key: EncodableKey; readonly value: string }>(), {
  decode: ({ key: value, ...key }) => ({ key: decodeKey(key), value }),
  encode: ({ key, value }) => ({ ...encodeKey(key), key: value }),
});

export const revealedKey = z.codec(RevealedKey, z.custom<port.RevealedKey>(), {
  decode: ({ id, key }) => ({ keyId: id, value: key }),
  encode: ({ keyId, value }) => ({ id: keyId, key: value }),
});

export const batch = z.codec(KeyPage, z.custom<port.Batch & { readonly keys: readonly EncodableKey[] }>(), {
  decode: ({ items, cursor }) => ({ keys: items.map(decodeKey), next: cursor ?? undefined }),
  encode: ({ keys, next }) => ({ items: keys.map(encodeKey), cursor: next ?? null }),
});

export const keyUsage = z.codec(KeyUsage, z.custom<port.KeyUsage>(), {
  decode: ({ days: _days, ...usage }) => usage,
  encode: ({ daily, ...usage }) => ({ ...usage, days: daily.length, daily: [...daily] }),
});

function decodeKey({ revokedAt, requestId, ...key }: Kept<Key, EncodableKey>): EncodableKey {
  return { ...key, revokedAt: revokedAt ?? undefined, requestId: requestId ?? undefined };
}

function encodeKey({ scopes, revokedAt, requestId, ...key }: Kept<EncodableKey, Key>): Key {
  return { ...key, scopes: [...scopes], revokedAt: revokedAt ?? null, requestId: requestId ?? null };
}
