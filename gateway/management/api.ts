import { type Context, Hono, type Next } from "hono";
import * as z from "zod";
import { type Operation, operations } from "../../contract";
import { findByBearer } from "../http/bearer";
import { decodeJson, parse } from "../http/json-body";
import { limitBody } from "../http/limit";
import { readBody } from "../http/read-body";
import type { Key } from "../store/keys";
import type { Actor, Store } from "../store/store";
import { ApiError, sendApiError } from "./api-error";
import { createKey, existingKey, requireAdmin, revocableKey } from "./rules";
import {
  batchOf,
  createdKeyOf,
  decodeCursor,
  keyOf,
  keyUsageOf,
  requestIdUsedOf,
  revealedKeyOf,
  workspaceOf,
} from "./wire";

interface Env {
  Variables: { by: Actor };
}

// More than the longest request of the contract: 101 texts of 200 characters, each with up to 12 bytes in JSON.
const MAX_BODY_BYTES = 256 * 1024;

export interface ManagementOptions {
  /** Whether any gateway key is accepted as a token, with the rights of a member. */
  readonly keysManage: boolean;
}

/** Creates the management API of the contract, on this store. */
export function managementApi(store: Store, { keysManage }: ManagementOptions): Hono<Env> {
  const api = new Hono<Env>();
  api.onError(sendApiError);

  const authenticate = async (c: Context<Env>, next: Next) => {
    const caller = findByBearer(c, (token) => store.callerOf(token, { keysManage }));
    if (!caller) throw new ApiError("unauthorized", keysManage ? ANY_KEY_REQUIRED : PRIMARY_KEY_REQUIRED);
    c.set("by", { caller, via: "api" });
    await next();
  };
  api.use(authenticate, limitBody(MAX_BODY_BYTES));
  // The token may have been revoked while the body arrived. A request that revokes a key can have a body, too.
  api.on(["POST", "DELETE"], "*", readBody, authenticate);

  api.on(...at(operations.getStatus), (c) =>
    respond(c, operations.getStatus, workspaceOf(store.workspace, c.var.by.caller)),
  );

  api.on(...at(operations.listKeys), (c) => {
    const { limit, cursor, status } = parse(operations.listKeys.query, queryOf(c));
    const before = cursor === undefined ? undefined : decodeCursor(cursor);
    return respond(c, operations.listKeys, batchOf(store.listKeys({ limit, status, before })));
  });

  api.on(...at(operations.createKey), async (c) => {
    const made = createKey(store, await parseBody(operations.createKey.body, c), c.var.by);
    if (made.outcome === "request_id_used") throw requestIdUsed(made.earlier);
    return respond(c, operations.createKey, createdKeyOf(made));
  });

  api.on(...at(operations.getPrimaryKey), (c) => respond(c, operations.getPrimaryKey, keyOf(store.primaryKey())));

  api.on(...at(operations.revealPrimaryKey), (c) => {
    requireAdmin(c.var.by.caller, "reveal");
    return respond(c, operations.revealPrimaryKey, revealedKeyOf(store.revealPrimaryKey(c.var.by)));
  });

  api.on(...at(operations.rotatePrimaryKey), async (c) => {
    requireAdmin(c.var.by.caller, "rotate");
    const { requestId } = await parseBody(operations.rotatePrimaryKey.body, c);
    const made = store.rotatePrimaryKey({ requestId, by: c.var.by });
    if (made.outcome === "request_id_used") throw requestIdUsed(made.earlier);
    return respond(c, operations.rotatePrimaryKey, keyOf(made.key));
  });

  api.on(...at(operations.getKey), (c) => respond(c, operations.getKey, keyOf(existingKey(store, idOf(c)))));

  api.on(...at(operations.revokeKey), (c) => {
    const { id } = revocableKey(store, idOf(c));
    store.revokeKey(id, c.var.by);
    return respond(c, operations.revokeKey, keyOf(existingKey(store, id)));
  });

  api.on(...at(operations.getKeyUsage), (c) => {
    const { days } = parse(operations.getKeyUsage.query, queryOf(c));
    const { id } = existingKey(store, idOf(c));
    return respond(c, operations.getKeyUsage, keyUsageOf(id, store.usage.of(id, days)));
  });

  return api;
}

const PRIMARY_KEY_REQUIRED = "A member token or the primary sandbox key is required.";
const ANY_KEY_REQUIRED = "A member token or an active gateway key is required.";

/** Returns the method and path of an operation in the form of the router. */
function at({ method, path }: Operation): [string, string] {
  return [method, path.replace("{id}", ":id")];
}

function respond<Result>(
  c: Context,
  { response, status }: Operation & { readonly response: z.ZodType<Result> },
  result: Result,
): Response {
  // The response may contain a key value, which must not be cached.
  c.header("Cache-Control", "no-store");
  return c.json(z.encode(response, result), status);
}

/** Parses the body. An empty body is equivalent to `{}`. */
async function parseBody<Schema extends z.ZodType>(schema: Schema, c: Context): Promise<z.output<Schema>> {
  const body = await c.req.arrayBuffer();
  return parse(schema, body.byteLength === 0 ? {} : decodeJson(body));
}

/** Returns the query parameters. A repeated parameter becomes a list, which every schema rejects. */
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
  return new ApiError("request_id_used", undefined, requestIdUsedOf(earlier));
}
