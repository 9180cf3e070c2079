import * as z from "zod";
import type { ZodOpenApiObject } from "zod-openapi";
import { ChatChunk, ChatCompletion, ChatRequest, ModelList } from "./chat";
import { type RefusalCode, refusals } from "./refusal";

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

/** Adds the operations of the data plane to a document. They have an address and keys of their own. */
export function withDataPlane({ paths, components, ...document }: ZodOpenApiObject): ZodOpenApiObject {
  return {
    ...document,
    paths: {
      ...paths,
      "/models": {
        get: operation({
          operationId: "listModels",
          summary: "List the models. Needs the scope models:read",
          responses: { 200: { description: "Done.", content: json(ModelList) }, ...failures(commonRefusals) },
        }),
      },
      "/chat/completions": {
        post: operation({
          operationId: "createChatCompletion",
          summary: "Continue a chat. Needs the scope chat:completions",
          requestBody: { required: true, content: json(ChatRequest) },
          responses: {
            200: {
              description:
                "Done. With `stream`, server-sent events: a chunk as the data of each, `[DONE]` of the last.",
              content: { ...json(ChatCompletion), "text/event-stream": { schema: ChatChunk } },
            },
            ...failures([...commonRefusals, "model_not_found"]),
          },
        }),
      },
    },
    components: {
      ...components,
      securitySchemes: {
        ...components?.securitySchemes,
        gatewayKey: { type: "http", scheme: "bearer", description: "The value of a gateway key." },
      },
      schemas: { ...components?.schemas, ModelList, ChatRequest, ChatCompletion, ChatChunk },
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
      const description = sharing.map((code) => refusals[code].meaning).join(" Or: ");
      return [status, { description, content: json(z.object({ error })) }];
    }),
  );
}

function json(schema: z.ZodType) {
  return { "application/json": { schema } };
}
