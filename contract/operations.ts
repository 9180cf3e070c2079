import type * as z from "zod";
import { batch, createdKey, key, keyUsage, revealedKey, workspace } from "./codecs";
import type { ErrorCode } from "./errors";
import { CreateKeyBody, KeyUsageQuery, ListKeysQuery, RotateKeyBody } from "./keys";
import { tasks } from "./port";

/** One call of the management API. */
export interface Operation {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base URL, which ends in `/api/v1`. `{id}` stands for a key's id. */
  readonly path: string;
  /** What it does, in words that go on after "could not". */
  readonly summary: string;
  /**
   * When the request may be sent again although its outcome is unknown: always, since twice is the same as once, or only to a
   * server that supports request IDs.
   */
  readonly repeat: "always" | "with request ID";
  /** The HTTP status of a success. */
  readonly status: 200 | 201;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Between the body of a success and the port's type. */
  readonly answer: z.ZodType & { readonly in: z.ZodType };
  /** Codes that it may answer with besides those of every operation. */
  readonly errors?: readonly ErrorCode[];
}

/** The whole management API: the one place that knows its paths. */
export const operations = {
  getStatus: {
    method: "GET",
    path: "/status",
    summary: tasks.workspace,
    repeat: "always",
    status: 200,
    answer: workspace,
  },
  listKeys: {
    method: "GET",
    path: "/api-keys",
    summary: tasks.list,
    repeat: "always",
    status: 200,
    query: ListKeysQuery,
    answer: batch,
  },
  createKey: {
    method: "POST",
    path: "/api-keys",
    summary: tasks.make,
    repeat: "with request ID",
    status: 201,
    body: CreateKeyBody,
    answer: createdKey,
    errors: ["request_id_used"],
  },
  getPrimaryKey: {
    method: "GET",
    path: "/api-keys/primary",
    summary: tasks.primary,
    repeat: "always",
    status: 200,
    answer: key,
  },
  revealPrimaryKey: {
    method: "POST",
    path: "/api-keys/primary/reveal",
    summary: tasks.revealPrimary,
    repeat: "always",
    status: 200,
    answer: revealedKey,
    errors: ["admin_required"],
  },
  rotatePrimaryKey: {
    method: "POST",
    path: "/api-keys/primary/rotate",
    summary: tasks.rotatePrimary,
    repeat: "with request ID",
    status: 200,
    body: RotateKeyBody,
    answer: key,
    errors: ["admin_required", "request_id_used"],
  },
  getKey: {
    method: "GET",
    path: "/api-keys/{id}",
    summary: tasks.find,
    repeat: "always",
    status: 200,
    answer: key,
    errors: ["not_found"],
  },
  revokeKey: {
    method: "DELETE",
    path: "/api-keys/{id}",
    summary: tasks.revoke,
    repeat: "always",
    status: 200,
    answer: key,
    errors: ["not_found", "primary_key_not_revocable"],
  },
  getKeyUsage: {
    method: "GET",
    path: "/api-keys/{id}/usage",
    summary: tasks.usage,
    repeat: "always",
    status: 200,
    query: KeyUsageQuery,
    answer: keyUsage,
    errors: ["not_found"],
  },
} as const satisfies Record<string, Operation>;
