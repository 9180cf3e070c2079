import OpenAI from "openai";
import type { GatewayOptions } from "../../../gateway/gateway";
import { type TestGateway, testGateway } from "../../support/gateway";

export interface Client {
  readonly gateway: TestGateway;
  readonly openai: OpenAI;
  readonly key: string;
  /** Returns the usage of the key as the management API shows it. */
  usage(): Promise<{ requests: number; costUsd: number }>;
  revoke(): Promise<void>;
}

/** Starts a gateway, creates a key, and returns OpenAI's own client with that key. */
export async function clientOf(
  options: Partial<GatewayOptions> = {},
  { scopes }: { scopes?: string[] } = {},
): Promise<Client> {
  const gateway = await testGateway(options);
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "app", scopes });
  return {
    gateway,
    openai: openaiOf(gateway.gateway.gatewayUrl, key),
    key,
    usage: async () => (await gateway.call("GET", `/api-keys/${id}`)).usage30d,
    revoke: () => gateway.revoke(id),
  };
}

export function openaiOf(gatewayUrl: string, key: string): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: `${gatewayUrl}/v1`, maxRetries: 0 });
}

export const user = (content: string) => [{ role: "user" as const, content }];

export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
