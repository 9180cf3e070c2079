import * as z from "zod";
import { ChatChunk, ChatCompletion, ChatRequest, ModelList } from "./chat";
import { type RefusalCode, refusals } from "./refusal";

/** What the document calls each schema. */
const schemas = { ModelList, ChatRequest, ChatCompletion, ChatChunk };

const commonRefusals: readonly RefusalCode[] = [
  "invalid_request",
  "invalid_gateway_api_key",
  "insufficient_scope",
  "request_too_large",
  "internal_error",
  "upstream_unavailable",
  "upstream_refused",
  "unavailable",
];

interface Document {
  readonly paths: object;
  readonly components: { readonly securitySchemes: object; readonly schemas: object };
}

/** The document of the management API, and in it what the data plane has: at its own address, with its own keys. */
export function withDataPlane<Management extends Document>(document: Management) {
  const { paths, components } = document;
  return {
    ...document,
    paths: {
      ...paths,
      "/models": {
        get: operation({
          operationId: "listModels",
          summary: "List the models. Needs the scope models:read",
          responses: { 200: { description: "Done.", content: json("ModelList") }, ...failures(commonRefusals) },
        }),
      },
      "/chat/completions": {
        post: operation({
          operationId: "createChatCompletion",
          summary: "Continue a chat. Needs the scope chat:completions",
          requestBody: { required: true, content: json("ChatRequest") },
          responses: {
            200: {
              description:
                "Done. With `stream`, server-sent events: a chunk as the data of each, `[DONE]` of the last.",
              content: { ...json("ChatCompletion"), "text/event-stream": { schema: reference("ChatChunk") } },
            },
            ...failures([...commonRefusals, "model_not_found"]),
          },
        }),
      },
    },
    components: {
      ...components,
      securitySchemes: {
        ...components.securitySchemes,
        gatewayKey: { type: "http", scheme: "bearer", description: "The value of a gateway key." },
      },
      schemas: {
        ...components.schemas,
        ...Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchema(schema)])),
      },
    },
  };
}

function operation<Own extends object>(own: Own) {
  return { ...own, parameters: [], servers: [{ url: "/v1" }], security: [{ gatewayKey: [] }] };
}

/** By status: several codes may share one. With an upstream, its own refusals come too, in the same form. */
function failures(codes: readonly RefusalCode[]) {
  const statuses = new Set(codes.map((code) => refusals[code].status));
  return Object.fromEntries(
    Array.from(statuses, (status) => {
      const sharing = codes.filter((code) => refusals[code].status === status);
      const error = z.object({
        message: z.string(),
        type: z.string(),
        param: z.string().nullish(),
        code: z.enum(sharing),
      });
      const content = { "application/json": { schema: jsonSchema(z.object({ error })) } };
      return [status, { description: sharing.map((code) => refusals[code].meaning).join(" Or: "), content }];
    }),
  );
}

function json(name: keyof typeof schemas) {
  return { "application/json": { schema: reference(name) } };
}

function reference(name: keyof typeof schemas) {
  return { $ref: `#/components/schemas/${name}` };
}

function jsonSchema(schema: z.ZodType) {
  // Read as inputs, objects may have fields that no schema names.
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}
