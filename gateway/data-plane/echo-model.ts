import type { Backend, BackendResponse } from "./backend";
import { type ChatCompletion, ChatRequest, HONORED_IN_CHATS, type Model, type ModelList } from "./chat";
import { ECHO_MODEL, echo, modelNotFound, parseEchoRequest } from "./echo";
import { chatCompletion, chatEvents } from "./echo-chat";
import { responseEvents, responseObject } from "./echo-responses";
import { chatPrompt, responsesPrompt } from "./prompt";
import { HONORED_IN_RESPONSES, type ResponseObject, ResponsesRequest } from "./responses";

const MODEL: Model = { id: ECHO_MODEL, object: "model", created: 1767225600, owned_by: "pulumi-dench" };

interface EchoOptions {
  /** Whether parameters that the model ignores are errors. */
  readonly strict: boolean;
}

/** Creates a model that needs no network. It responds with the text of the last message of the user. */
export function echoModel(clock: () => number, { strict }: EchoOptions): Backend {
  const now = () => Math.floor(clock() / 1000);
  return {
    async models() {
      return jsonResponse({ object: "list", data: [MODEL] });
    },
    async model(id) {
      if (id !== MODEL.id) throw modelNotFound(id);
      return jsonResponse(MODEL);
    },
    async chat({ json }, signal) {
      const prompt = chatPrompt(json);
      const form = { schema: ChatRequest, honored: HONORED_IN_CHATS };
      const { request, headers } = parseEchoRequest(json, form, strict);
      const limit = request.max_completion_tokens ?? request.max_tokens;
      const completion = chatCompletion(await echo(prompt, limit, signal), now());
      const includeUsage = request.stream_options?.include_usage === true;
      const response = request.stream
        ? streamResponse(chatEvents(completion, includeUsage), headers)
        : jsonResponse(completion, headers);
      return { ...response, prompt };
    },
    async respond({ json }, signal) {
      const prompt = responsesPrompt(json);
      const form = { schema: ResponsesRequest, honored: HONORED_IN_RESPONSES };
      const { request, headers } = parseEchoRequest(json, form, strict);
      const object = responseObject(await echo(prompt, request.max_output_tokens, signal), request, now());
      const response = request.stream ? streamResponse(responseEvents(object), headers) : jsonResponse(object, headers);
      return { ...response, prompt };
    },
    async close() {},
  };
}

function jsonResponse(
  body: Model | ModelList | ChatCompletion | ResponseObject,
  headers: Readonly<Record<string, string>> = {},
): BackendResponse {
  const type = { "content-type": "application/json" };
  return { status: 200, headers: { ...headers, ...type }, body: Buffer.from(JSON.stringify(body)) };
}

function streamResponse(body: AsyncIterable<Uint8Array>, headers: Readonly<Record<string, string>>): BackendResponse {
  return { status: 200, headers: { ...headers, "content-type": "text/event-stream" }, body };
}
