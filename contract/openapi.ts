import * as z from "zod";
import type {
  ZodOpenApiObject,
  ZodOpenApiOperationObject,
  ZodOpenApiPathsObject,
  ZodOpenApiResponseObject,
} from "zod-openapi";
import { commonErrors, ErrorBody, type ErrorMeaning, errorCodes, errorMeanings } from "./errors";
import { CreatedKey, CreateKeyBody, Key, KeyPage, KeyUsage, RevealedKey, RotateKeyBody, Usage } from "./keys";
import { type Operation, operations } from "./operations";
import { Status } from "./workspace";

const DESCRIPTION = `The gateway keys of a Dench workspace.

**This API is an assumption.** The vendor publishes no API for gateway keys. This one follows the conventions of the vendor's
published API v1, and a real one may differ.

A response may have more fields than this document describes.`;

const TOKEN =
  "A member's token, or the primary sandbox key, which has an admin's rights. A server may also accept other active gateway keys, with a member's rights.";

/** Returns the management API as an OpenAPI 3.1 document whose schemas are still in zod. */
export function managementDocument(): ZodOpenApiObject {
  return {
    openapi: "3.1.0",
    info: { title: "Dench gateway keys", version: "1", description: DESCRIPTION },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }],
    paths: pathItems(),
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: TOKEN },
      },
      schemas: { CreatedKey, CreateKeyBody, Key, KeyPage, KeyUsage, RevealedKey, RotateKeyBody, Status, Usage },
      responses: Object.fromEntries(
        Object.entries(errorMeanings).map(([code, meaning]) => [code, errorObject(code, meaning)]),
      ),
    },
  };
}

function pathItems() {
  const items: ZodOpenApiPathsObject = {};
  for (const [id, operation] of Object.entries<Operation>(operations)) {
    items[operation.path] = {
      ...items[operation.path],
      [operation.method.toLowerCase()]: operationObject(id, operation),
    };
  }
  return items;
}

function operationObject(
  operationId: string,
  { summary, path, query, body, status, response, errors = [] }: Operation,
): ZodOpenApiOperationObject {
  const failures = [...commonErrors, ...errors].map((code) => [
    errorCodes[code],
    { $ref: `#/components/responses/${code}` },
  ]);
  return {
    operationId,
    summary: summary.charAt(0).toUpperCase() + summary.slice(1),
    requestParams: { path: pathParameters(path), ...(query ? { query } : {}) },
    ...(body ? { requestBody: { required: !body.safeParse({}).success, content: json(body) } } : {}),
    responses: {
      [status]: { description: "The operation succeeded.", content: json(response.in) },
      ...Object.fromEntries(failures),
    },
  };
}

function pathParameters(path: string) {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);
  return z.object(Object.fromEntries(names.map((name) => [name, z.string().min(1)])));
}

function errorObject(code: string, { text, details }: ErrorMeaning): ZodOpenApiResponseObject {
  const error = ErrorBody.shape.error.extend({
    code: z.literal(code),
    ...(details ? { details: details.optional() } : {}),
  });
  return { description: text, content: json(z.object({ error })) };
}

function json(schema: z.ZodType) {
  return { "application/json": { schema } };
}
