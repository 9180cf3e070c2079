import * as z from "zod";
import { ChatChunk, ChatCompletion, ChatRequest, ModelList } from "./chat";
import { type RefusalCode, refusalCodes } from "./refusal";

/** What the document calls each schema. */
const schemas = { ModelList, ChatRequest, ChatCompletion, ChatChunk };

const meanings: Readonly<Record<RefusalCode, string>> = {
  invalid_request: "The request is not of the form that the data plane takes.",
  invalid_gateway_api_key: "The key is missing, unknown or revoked.",
  insufficient_scope: "The key lacks the scope that this needs.",
  not_found: "The data plane has nothing at this address.",
  model_not_found: "There is no such model.",
  request_too_large: "The request is larger than the data plane takes.",
  internal_error: "The gateway failed.",
  upstream_unavailable: "The upstream gives no answer.",
  upstream_refused: "The upstream does not accept the gateway's key for it.",
  unavailable: "The gateway cannot do this at the moment.",
};

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
          responses: { 200: { description: "Done.", content: json("ModelList") }, ...refusals(commonRefusals) },
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
            ...refusals([...commonRefusals, "model_not_found"]),
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
function refusals(codes: readonly RefusalCode[]) {
  const statuses = new Set(codes.map((code) => refusalCodes[code]));
  return Object.fromEntries(
    Array.from(statuses, (status) => {
      const sharing = codes.filter((code) => refusalCodes[code] === status);
      const error = z.object({
        message: z.string(),
        type: z.string(),
        param: z.string().nullish(),
        code: z.enum(sharing),
      });
      const content = { "application/json": { schema: jsonSchema(z.object({ error })) } };
      return [status, { description: sharing.map((code) => meanings[code]).join(" Or: "), content }];
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
