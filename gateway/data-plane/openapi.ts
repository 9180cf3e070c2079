import * as z from "zod";
import type { ZodOpenApiObject } from "zod-openapi";
import { ChatChunk, ChatCompletion, ChatRequest, Model, ModelList } from "./chat";
import { type DataPlaneErrorCode, dataPlaneErrors } from "./error";
import { ResponseEvent, ResponseObject, ResponsesRequest } from "./responses";

const commonErrors: readonly DataPlaneErrorCode[] = [
  "invalid_request",
  "invalid_gateway_api_key",
  "insufficient_scope",
  "request_too_large",
  "internal_error",
  "upstream_unavailable",
  "upstream_refused",
  "unavailable",
];

/** Adds the operations of the data plane to a document, with their own server URL and security scheme. */
export function withDataPlane({ paths, components, ...document }: ZodOpenApiObject): ZodOpenApiObject {
  return {
    ...document,
    paths: {
      ...paths,
      "/models": {
        get: operation({
          operationId: "listModels",
          summary: "List the models. Requires the scope models:read",
          responses: { 200: { description: "Done.", content: json(ModelList) }, ...failures(commonErrors) },
        }),
      },
      "/models/{id}": {
        get: {
          ...operation({
            operationId: "getModel",
            summary: "Get a model. Requires the scope models:read",
            responses: {
              200: { description: "Done.", content: json(Model) },
              ...failures([...commonErrors, "model_not_found"]),
            },
          }),
          parameters: [],
          requestParams: { path: z.object({ id: z.string().min(1) }) },
        },
      },
      "/responses": {
        post: operation({
          operationId: "createResponse",
          summary: "Create a response. Requires the scope chat:completions",
          requestBody: { required: true, content: json(ResponsesRequest) },
          responses: {
            200: {
              description: "Done. With `stream`, server-sent events, of which the last one has the complete response.",
              content: { ...json(ResponseObject), "text/event-stream": { schema: ResponseEvent } },
            },
            ...failures([...commonErrors, "unsupported_parameter", "model_not_found"]),
          },
        }),
      },
      "/chat/completions": {
        post: operation({
          operationId: "createChatCompletion",
          summary: "Create a chat completion. Requires the scope chat:completions",
          requestBody: { required: true, content: json(ChatRequest) },
          responses: {
            200: {
              description:
                "Done. With `stream`, server-sent events: the data of each is a chunk, and `[DONE]` in the last one.",
              content: { ...json(ChatCompletion), "text/event-stream": { schema: ChatChunk } },
            },
            ...failures([...commonErrors, "unsupported_parameter", "model_not_found"]),
          },
        }),
      },
    },
    components: {
      ...components,
      securitySchemes: {
        ...components?.securitySchemes,
        gatewayKey: { type: "http", scheme: "bearer", description: "A gateway key value." },
      },
      schemas: {
        ...components?.schemas,
        Model,
        ModelList,
        ChatRequest,
        ChatCompletion,
        ChatChunk,
        ResponsesRequest,
        ResponseObject,
        ResponseEvent,
      },
    },
  };
}

function operation<Own extends object>(own: Own) {
  return { ...own, parameters: [], servers: [{ url: "/v1" }], security: [{ gatewayKey: [] }] };
}

/** Returns the error responses by status, which several codes may share. An upstream may add errors of its own, in the same form. */
function failures(codes: readonly DataPlaneErrorCode[]) {
  const statuses = new Set(codes.map((code) => dataPlaneErrors[code].status));
  return Object.fromEntries(
    Array.from(statuses, (status) => {
      const sharing = codes.filter((code) => dataPlaneErrors[code].status === status);
      const error = z.object({
        message: z.string(),
        type: z.string(),
        param: z.string().nullish(),
        code: z.enum(sharing),
      });
      const description = sharing.map((code) => dataPlaneErrors[code].meaning).join(" Or: ");
      return [status, { description, content: json(z.object({ error })) }];
    }),
  );
}

function json(schema: z.ZodType) {
  return { "application/json": { schema } };
}
