import type * as z from "zod";
import type { ErrorCode } from "./errors";
import {
  CreatedKey,
  CreateKeyBody,
  Key,
  KeyPage,
  KeyUsage,
  KeyUsageQuery,
  ListKeysQuery,
  RevealedKey,
  RotateKeyBody,
} from "./keys";
import { Status } from "./workspace";

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
  readonly answer: z.ZodType;
  /** Codes that it may answer with besides those of every operation. */
  readonly errors?: readonly ErrorCode[];
}

/** The whole management API: the one place that knows its paths. */
export const operations = {
  getStatus: {
    method: "GET",
    path: "/status",
    summary: "query which workspace the token belongs to",
    repeat: "always",
    status: 200,
    answer: Status,
  },
  listKeys: {
    method: "GET",
    path: "/api-keys",
    summary: "list the gateway keys",
    repeat: "always",
    status: 200,
    query: ListKeysQuery,
    answer: KeyPage,
  },
  createKey: {
    method: "POST",
    path: "/api-keys",
    summary: "create a gateway key",
    repeat: "with request ID",
    status: 201,
    body: CreateKeyBody,
    answer: CreatedKey,
    errors: ["request_id_used"],
  },
  getPrimaryKey: {
    method: "GET",
    path: "/api-keys/primary",
    summary: "read the primary sandbox key",
    repeat: "always",
    status: 200,
    answer: Key,
  },
  revealPrimaryKey: {
    method: "POST",
    path: "/api-keys/primary/reveal",
    summary: "reveal the primary sandbox key",
    repeat: "always",
    status: 200,
    answer: RevealedKey,
    errors: ["admin_required"],
  },
  rotatePrimaryKey: {
    method: "POST",
    path: "/api-keys/primary/rotate",
    summary: "rotate the primary sandbox key",
    repeat: "with request ID",
    status: 200,
    body: RotateKeyBody,
    answer: Key,
    errors: ["admin_required", "request_id_used"],
  },
  getKey: {
    method: "GET",
    path: "/api-keys/{id}",
    summary: "read a gateway key",
    repeat: "always",
    status: 200,
    answer: Key,
    errors: ["not_found"],
  },
  revokeKey: {
    method: "DELETE",
    path: "/api-keys/{id}",
    summary: "revoke a gateway key",
    repeat: "always",
    status: 200,
    answer: Key,
    errors: ["not_found", "primary_key_not_revocable"],
  },
  getKeyUsage: {
    method: "GET",
    path: "/api-keys/{id}/usage",
    summary: "read the usage of a gateway key",
    repeat: "always",
    status: 200,
    query: KeyUsageQuery,
    answer: KeyUsage,
    errors: ["not_found"],
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
export type Answer<Name extends OperationName> = z.output<(typeof operations)[Name]["answer"]>;
