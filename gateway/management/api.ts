import { type Context, Hono } from "hono";
import * as z from "zod";
import { type Answer, type OperationName, operations } from "../../contract";
import { findByBearer } from "../http/bearer";
import { decodeJson, parse } from "../http/json-body";
import { limitBody } from "../http/limit";
import type { Actor, Store } from "../store/store";
import { ApiError, sendApiError } from "./api-error";
import { existingKey, requireAdmin, revocableKey } from "./rules";

interface Env {
  Variables: { by: Actor };
}

// The longest request that the contract allows fits: 101 texts of 200 characters, each of which JSON can escape in 12 bytes.
const MAX_BODY_BYTES = 256 * 1024;

/** The management API: what the contract describes, on this store. */
export function managementApi(store: Store): Hono<Env> {
  const api = new Hono<Env>();
  api.onError(sendApiError);

  api.use(async (c, next) => {
    const caller = findByBearer(c, (token) => store.callerOf(token));
    if (!caller) throw new ApiError("unauthorized");
    c.set("by", { caller, via: "api" });
    await next();
  });
  api.use(limitBody(MAX_BODY_BYTES));

  api.on(...at("getStatus"), (c) => answer(c, "getStatus", { workspace: store.workspace, caller: c.var.by.caller }));

  api.on(...at("listKeys"), (c) => {
    const { limit, cursor, status } = parse(operations.listKeys.query, queryOf(c));
    const { keys, next } = store.listKeys({ limit, status, before: cursor === undefined ? undefined : decode(cursor) });
    return answer(c, "listKeys", { items: keys, cursor: next === undefined ? null : encode(next) });
  });

  api.on(...at("createKey"), async (c) => {
    const { name, scopes, requestId } = await parseBody(operations.createKey.body, c);
    const made = store.createKey({ name, scopes, requestId, by: c.var.by });
    if (made.outcome === "request_id_used") throw requestIdUsed(made.earlier);
    return answer(c, "createKey", { ...made.key, key: made.value });
  });

  api.on(...at("getPrimaryKey"), (c) => answer(c, "getPrimaryKey", store.primaryKey()));

  api.on(...at("revealPrimaryKey"), (c) => {
    requireAdmin(c.var.by.caller, "reveal");
    const { id, value } = store.revealPrimaryKey(c.var.by);
    return answer(c, "revealPrimaryKey", { id, key: value });
  });

  api.on(...at("rotatePrimaryKey"), async (c) => {
    requireAdmin(c.var.by.caller, "rotate");
    const { requestId } = await parseBody(operations.rotatePrimaryKey.body, c);
    const made = store.rotatePrimaryKey({ requestId, by: c.var.by });
    if (made.outcome === "request_id_used") throw requestIdUsed(made.earlier);
    return answer(c, "rotatePrimaryKey", made.key);
  });

  api.on(...at("getKey"), (c) => answer(c, "getKey", existingKey(store, idOf(c))));

  api.on(...at("revokeKey"), (c) => {
    const { id } = revocableKey(store, idOf(c));
    store.revokeKey(id, c.var.by);
    return answer(c, "revokeKey", existingKey(store, id));
  });

  api.on(...at("getKeyUsage"), (c) => {
    const { days } = parse(operations.getKeyUsage.query, queryOf(c));
    return answer(c, "getKeyUsage", store.usage.of(existingKey(store, idOf(c)).id, days));
  });

  return api;
}

/** Method and path of an operation, as the router wants them. */
function at(name: OperationName): [string, string] {
  const { method, path } = operations[name];
  return [method, path.replace("{id}", ":id")];
}

function answer<Name extends OperationName>(c: Context, name: Name, value: Answer<Name>): Response {
  // An answer may hold a value: no cache on its way keeps it.
  c.header("Cache-Control", "no-store");
  return c.json(value, operations[name].status);
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

function requestIdUsed(earlier: { keyId: string; status: string }): ApiError {
  return new ApiError("request_id_used", undefined, earlier);
}

function encode(sequence: number): string {
  return Buffer.from(String(sequence)).toString("base64url");
}

function decode(cursor: string): number {
  const text = Buffer.from(cursor, "base64url").toString();
  if (!/^\d{1,15}$/.test(text)) parse(z.object({ cursor: z.never() }), { cursor });
  return Number(text);
}
