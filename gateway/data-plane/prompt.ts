import { HttpFailure } from "../http/failure";

/** The part of a request that costs tokens. */
export interface Prompt {
  /** Empty if the request names no model. */
  readonly model: string;
  readonly messages: readonly PromptMessage[];
}

interface PromptMessage {
  readonly role: string;
  readonly text: string;
}

/** The maximum number of messages and their parts in one request. */
const MAX_PARTS = 2048;

// These functions read any JSON, since an upstream judges the form of a request.

/** Reads the prompt of a chat completion request. */
export function chatPrompt(json: unknown): Prompt {
  return { model: textIn(json, "model"), messages: limited("messages", listIn(json, "messages")).map(messageOf) };
}

/** Reads the prompt of a request to the Responses API. Its instructions are a message. */
export function responsesPrompt(json: unknown): Prompt {
  const instructions = textIn(json, "instructions");
  const input = fieldIn(json, "input");
  const items =
    typeof input === "string" ? [{ role: "user", content: input }] : limited("input", listIn(json, "input"));
  const all = instructions === "" ? items : [{ role: "system", content: instructions }, ...items];
  return { model: textIn(json, "model"), messages: all.map(messageOf) };
}

/** Returns the text of the last message of the user. */
export function lastUserText({ messages }: Prompt): string {
  return messages.findLast(({ role }) => role === "user")?.text ?? "";
}

function messageOf(message: unknown): PromptMessage {
  const content = fieldIn(message, "content");
  const text =
    typeof content === "string"
      ? content
      : listIn(message, "content")
          .map((part) => textIn(part, "text"))
          .join("");
  return { role: textIn(message, "role"), text };
}

/** Throws if there are too many messages and parts, each of which could add a problem or take time to count. */
function limited(field: string, messages: readonly unknown[]): readonly unknown[] {
  const parts = messages.reduce<number>((sum, message) => sum + listIn(message, "content").length, messages.length);
  if (parts <= MAX_PARTS) return messages;
  throw new HttpFailure("invalid_request", undefined, [
    { path: [field], message: `must have at most ${MAX_PARTS} messages and message parts` },
  ]);
}

function fieldIn(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textIn(value: unknown, name: string): string {
  const field = fieldIn(value, name);
  return typeof field === "string" ? field : "";
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const field = fieldIn(value, name);
  return Array.isArray(field) ? field : [];
}
