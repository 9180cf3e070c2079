import type * as z from "zod";
import { batch, createdKey, key, keyUsage, revealedKey, workspace } from "./codecs";
import type { ErrorCode } from "./errors";
import { CreateKeyBody, KeyUsageQuery, ListKeysQuery, RotateKeyBody } from "./keys";
import { tasks } from "./port";

/** An operation of the management API. */
export interface Operation {
  readonly method: "GET" | "POST" | "DELETE";
  /** The path below the base URL, which ends in `/api/v1`. `{id}` is the ID of a key. */
  readonly path: string;
  /** The task of the operation, which completes "could not …". */
  readonly summary: string;
  /**
   * When the request may be retried after an unknown outcome: always, because it is idempotent, or only on a server that
   * supports request IDs.
   */
  readonly repeat: "always" | "with request ID";
  /** The HTTP status of a success. */
  readonly status: 200 | 201;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The codec between the body of a success and the port's type. */
  readonly response: z.ZodType & { readonly in: z.ZodType };
  /** The error codes of the operation, in addition to `commonErrors`. */
  readonly errors?: readonly ErrorCode[];
}

/** All operations of the management API. Only this table contains their paths. */
export const operations = {
  getStatus: {
    method: "GET",
    path: "/status",
    summary: tasks.workspace,
    repeat: "always",
    status: 200,
    response: workspace,
  },
  listKeys: {
    method: "GET",
    path: "/api-keys",
    summary: tasks.list,
    repeat: "always",
    status: 200,
    query: ListKeysQuery,
    response: batch,
  },
  createKey: {
    method: "POST",
    path: "/api-keys",
    summary: tasks.make,
    repeat: "with request ID",
    status: 201,
    body: CreateKeyBody,
    response: createdKey,
    errors: ["request_id_used"],
  },
  getPrimaryKey: {
    method: "GET",
    path: "/api-keys/primary",
    summary: tasks.primary,
    repeat: "always",
    status: 200,
    response: key,
  },
  revealPrimaryKey: {
    method: "POST",
    path: "/api-keys/primary/reveal",
    summary: tasks.revealPrimary,
    repeat: "always",
    status: 200,
    response: revealedKey,
    errors: ["admin_required"],
  },
  rotatePrimaryKey: {
    method: "POST",
    path: "/api-keys/primary/rotate",
    summary: tasks.rotatePrimary,
    repeat: "with request ID",
    status: 200,
    body: RotateKeyBody,
    response: key,
    errors: ["admin_required", "request_id_used"],
  },
  getKey: {
    method: "GET",
    path: "/api-keys/{id}",
    summary: tasks.find,
    repeat: "always",
    status: 200,
    response: key,
    errors: ["not_found"],
  },
  revokeKey: {
    method: "DELETE",
    path: "/api-keys/{id}",
    summary: tasks.revoke,
    repeat: "always",
    status: 200,
    response: key,
    errors: ["not_found", "primary_key_not_revocable"],
  },
  getKeyUsage: {
    method: "GET",
    path: "/api-keys/{id}/usage",
    summary: tasks.usage,
    repeat: "always",
    status: 200,
    query: KeyUsageQuery,
    response: keyUsage,
    errors: ["not_found"],
  },
} as const satisfies Record<string, Operation>;
