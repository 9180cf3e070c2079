import * as z from "zod";
import { commonErrors, ErrorBody, type ErrorMeaning, errorCodes, errorMeanings } from "./errors";
import { CreatedKey, CreateKeyBody, Key, KeyPage, KeyUsage, RevealedKey, RotateKeyBody, Usage } from "./keys";
import { type Operation, operations } from "./operations";
import { Status } from "./workspace";

const DESCRIPTION = `The gateway keys of a Dench workspace.

**This API is assumed, and not published by the vendor**, who publishes none for gateway keys. It follows the conventions of
the vendor's published API v1; the real one may differ.

An answer may have more fields than are described here.`;

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
        token: { type: "http", scheme: "bearer", description: "A member's token, or the primary sandbox key." },
      },
      schemas: schemas(),
      responses: Object.fromEntries(
        Object.entries(errorMeanings).map(([code, meaning]) => [code, errorObject(code, meaning)]),
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
  const failures = [...commonErrors, ...errors].map((code) => [
    errorCodes[code],
    { $ref: `#/components/responses/${code}` },
  ]);
  return {
    operationId,
    summary: summary.charAt(0).toUpperCase() + summary.slice(1),
    parameters: [...pathParameters(path), ...queryParameters(query)],
    ...(body ? { requestBody: { required: !body.safeParse({}).success, content: json(reference(body)) } } : {}),
    responses: {
      [status]: { description: "Done.", content: json(reference(answer)) },
      ...Object.fromEntries(failures),
    },
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

function errorObject(code: string, { text, details }: ErrorMeaning) {
  const error = ErrorBody.shape.error.extend({
    code: z.literal(code),
    ...(details ? { details: details.optional() } : {}),
  });
  return { description: text, content: json(jsonSchema(z.object({ error }))) };
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
