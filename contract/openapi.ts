import * as z from "zod";
import {
  commonErrors,
  ErrorBody,
  type ErrorCode,
  errorCodes,
  InvalidRequestDetails,
  RequestIdUsedDetails,
} from "./errors";
import { CreatedKey, CreateKeyBody, Key, KeyPage, KeyUsage, RevealedKey, RotateKeyBody, Usage } from "./keys";
import { type Operation, operations } from "./operations";
import { Status } from "./workspace";

const DESCRIPTION = `The gateway keys of a Dench workspace.

**This API is assumed, and not published by the vendor**, who publishes none for gateway keys. It follows the conventions of
the vendor's published API v1; the real one may differ.

An answer may have more fields than are described here.`;

const TOKEN =
  "A member's token, or the primary sandbox key, which has an admin's rights. A server may also accept any other active gateway key, with a member's rights.";

/** What the document calls each schema. */
const names = z.registry<{ id: string }>();
names.add(CreatedKey, { id: "CreatedKey" });
names.add(CreateKeyBody, { id: "CreateKeyBody" });
names.add(Key, { id: "Key" });
names.add(KeyPage, { id: "KeyPage" });
names.add(KeyUsage, { id: "KeyUsage" });
names.add(RevealedKey, { id: "RevealedKey" });
names.add(RotateKeyBody, { id: "RotateKeyBody" });
names.add(Status, { id: "Status" });
names.add(Usage, { id: "Usage" });

/** Read as inputs, objects may have fields that no schema names, and a parameter with a default may be left out. */
const FORM = { io: "input" } as const;

interface Refusal {
  readonly meaning: string;
  readonly details?: z.ZodType;
}

const refusals: Readonly<Record<ErrorCode, Refusal>> = {
  invalid_request: {
    meaning: "The request is not of the form that the API takes. `details` names each problem.",
    details: InvalidRequestDetails,
  },
  unauthorized: { meaning: "There is no token, or one that is not accepted." },
  admin_required: { meaning: "The token is a member's, and this needs an admin's." },
  not_found: { meaning: "The workspace has no key with this id." },
  primary_key_not_revocable: { meaning: "The primary sandbox key cannot be revoked. It can be rotated." },
  request_id_used: {
    meaning: "The request id has made a key before. `details` names it.",
    details: RequestIdUsedDetails,
  },
  request_too_large: { meaning: "The request is larger than the server takes." },
  rate_limited: { meaning: "There are too many requests. Retry-After may say when to come back." },
  internal_error: { meaning: "The server failed, and may or may not have done what was asked." },
  unavailable: { meaning: "The server cannot do this at the moment. Nothing was changed." },
};

/** The management API as an OpenAPI 3.1 document. */
export function openApiDocument() {
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
      schemas: schemas(),
      responses: Object.fromEntries(
        Object.entries(refusals).map(([code, refusal]) => [code, refusalObject(code, refusal)]),
      ),
    },
  };
}

function pathItems() {
  const items: Record<string, Record<string, unknown>> = {};
  for (const [id, operation] of Object.entries<Operation>(operations)) {
    items[operation.path] = {
      ...items[operation.path],
      [operation.method.toLowerCase()]: operationObject(id, operation),
    };
  }
  return items;
}

function operationObject(operationId: string, { summary, path, query, body, status, answer, errors = [] }: Operation) {
  const refused = [...commonErrors, ...errors].map((code) => [
    errorCodes[code],
    { $ref: `#/components/responses/${code}` },
  ]);
  return {
    operationId,
    summary: summary.charAt(0).toUpperCase() + summary.slice(1),
    parameters: [...pathParameters(path), ...queryParameters(query)],
    ...(body ? { requestBody: { required: !body.safeParse({}).success, content: json(reference(body)) } } : {}),
    responses: { [status]: { description: "Done.", content: json(reference(answer)) }, ...Object.fromEntries(refused) },
  };
}

function pathParameters(path: string) {
  const parameters = path.matchAll(/\{(\w+)\}/g);
  return Array.from(parameters, ([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", minLength: 1 },
  }));
}

function queryParameters(query: z.ZodType | undefined) {
  const { properties = {}, required = [] } = query ? jsonSchema(query) : {};
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function refusalObject(code: string, { meaning, details }: Refusal) {
  const error = ErrorBody.shape.error.extend({
    code: z.literal(code),
    ...(details ? { details: details.optional() } : {}),
  });
  return { description: meaning, content: json(jsonSchema(z.object({ error }))) };
}

function json(schema: unknown) {
  return { "application/json": { schema } };
}

function reference(schema: z.ZodType) {
  return { $ref: uriOf(names.get(schema)?.id ?? "") };
}

function uriOf(id: string): string {
  return `#/components/schemas/${id}`;
}

function jsonSchema(schema: z.ZodType) {
  const { $schema, ...rest } = z.toJSONSchema(schema, FORM);
  return rest;
}

function schemas() {
  const all = Object.entries(z.toJSONSchema(names, { ...FORM, uri: uriOf }).schemas);
  return Object.fromEntries(all.map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}
