import { type Context, Hono } from "hono";
import type * as z from "zod";
import { type Answer, type OperationName, operations } from "../../contract";
import { findByBearer } from "../http/bearer";
import { decodeJson, parse } from "../http/json-body";
import { limitBody } from "../http/limit";
import type { Key } from "../store/keys";
import type { Actor, Store } from "../store/store";
import { ApiError, sendApiError } from "./api-error";
import { createKey, existingKey, requireAdmin, revocableKey } from "./rules";
import {
  decodeCursor,
  encodeCreatedKey,
  encodeKey,
  encodeKeyPage,
  encodeKeyUsage,
  encodeRequestIdUsed,
  encodeRevealedKey,
  encodeStatus,
} from "./wire";

interface Env {
  Variables: { by: Actor };
}

// The longest request that the contract allows fits: 101 texts of 200 characters, each of which JSON can escape in 12 bytes.
const MAX_BODY_BYTES = 256 * 1024;

export interface ManagementOptions {
  /** Whether any gateway key is accepted as a token, with a member's rights. */
  readonly keysManage: boolean;
}

/** The management API: what the contract describes, on this store. */
export function managementApi(store: Store, { keysManage }: ManagementOptions): Hono<Env> {
  const api = new Hono<Env>();
  api.onError(sendApiError);

  api.use(async (c, next) => {
    const caller = findByBearer(c, (token) => store.callerOf(token, { keysManage }));
    if (!caller) throw new ApiError("unauthorized", keysManage ? ANY_KEY_NEEDED : PRIMARY_KEY_NEEDED);
    c.set("by", { caller, via: "api" });
    await next();
  });
  api.use(limitBody(MAX_BODY_BYTES));

  api.on(...at("getStatus"), (c) => respond(c, "getStatus", encodeStatus(store.workspace, c.var.by.caller)));

  api.on(...at("listKeys"), (c) => {
    const { limit, cursor, status } = parse(operations.listKeys.query, queryOf(c));
    const before = cursor === undefined ? undefined : decodeCursor(cursor);
    return respond(c, "listKeys", encodeKeyPage(store.listKeys({ limit, status, before })));
  });

  api.on(...at("createKey"), async (c) => {
    const made = createKey(store, await parseBody(operations.createKey.body, c), c.var.by);
    if (made.outcome === "request_id_used") throw requestIdUsed(made.earlier);
    return respond(c, "createKey", encodeCreatedKey(made));
  });

  api.on(...at("getPrimaryKey"), (c) => respond(c, "getPrimaryKey", encodeKey(store.primaryKey())));

  api.on(...at("revealPrimaryKey"), (c) => {
    requireAdmin(c.var.by.caller, "reveal");
    return respond(c, "revealPrimaryKey", encodeRevealedKey(store.revealPrimaryKey(c.var.by)));
  });

  api.on(...at("rotatePrimaryKey"), async (c) => {
    requireAdmin(c.var.by.caller, "rotate");
    const { requestId } = await parseBody(operations.rotatePrimaryKey.body, c);
    const made = store.rotatePrimaryKey({ requestId, by: c.var.by });
    if (made.outcome === "request_id_used") throw requestIdUsed(made.earlier);
    return respond(c, "rotatePrimaryKey", encodeKey(made.key));
  });

  api.on(...at("getKey"), (c) => respond(c, "getKey", encodeKey(existingKey(store, idOf(c)))));

  api.on(...at("revokeKey"), (c) => {
    const { id } = revocableKey(store, idOf(c));
    store.revokeKey(id, c.var.by);
    return respond(c, "revokeKey", encodeKey(existingKey(store, id)));
  });

  api.on(...at("getKeyUsage"), (c) => {
    const { days } = parse(operations.getKeyUsage.query, queryOf(c));
    const { id } = existingKey(store, idOf(c));
    return respond(c, "getKeyUsage", encodeKeyUsage(id, store.usage.of(id, days)));
  });

  return api;
}

const PRIMARY_KEY_NEEDED = "A member's token or the primary sandbox key is needed.";
const ANY_KEY_NEEDED = "A member's token or an active gateway key is needed.";

/** Method and path of an operation, as the router wants them. */
function at(name: OperationName): [string, string] {
  const { method, path } = operations[name];
  return [method, path.replace("{id}", ":id")];
}

function respond<Name extends OperationName>(c: Context, name: Name, body: Answer<Name>): Response {
  // The response may hold a key value, which no cache may keep.
  c.header("Cache-Control", "no-store");
  return c.json(body, operations[name].status);
}

/** Parses the body. An empty one is an object without fields. */
async function parseBody<Schema extends z.ZodType>(schema: Schema, c: Context): Promise<z.output<Schema>> {
  const body = await c.req.arrayBuffer();
  return parse(schema, body.byteLength === 0 ? {} : decodeJson(body));
}

/** The parameters of the query. One that is given twice becomes a list, which no schema takes. */
function queryOf(c: Context): Record<string, string | string[]> {
  const parameters = Object.entries(c.req.queries());
  return Object.fromEntries(
    parameters.map(([name, [value = "", ...more]]) => [name, more.length > 0 ? [value, ...more] : value]),
  );
}

function idOf(c: Context): string {
  return c.req.param("id") ?? "";
}

function requestIdUsed(earlier: Key): ApiError {
  return new ApiError("request_id_used", undefined, encodeRequestIdUsed(earlier));
}
