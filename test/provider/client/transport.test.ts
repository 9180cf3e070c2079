import { expect, it } from "vitest";
import type { Exchange, ParsedResponse, Response } from "../../../contract/transport";
import { Clock } from "../../../provider/client/clock";
import { Http } from "../../../provider/client/http";
import { transport } from "../../../provider/client/transport";
import { type ScriptedResponse, scriptedServer } from "../../support/scripted-server";

/** Sends an exchange of another API to a server with this response. */
async function sent<Result>(
  response: ScriptedResponse,
  exchange: Partial<Exchange<Result>>,
  parse: (response: Response) => ParsedResponse<Result>,
) {
  const server = await scriptedServer(response);
  const http = new Http({
    timeoutSeconds: 5,
    maxRetries: 1,
    maxConcurrency: 1,
    proxies: new Map(),
    userAgent: "test",
    signal: new AbortController().signal,
  });
  const clock = new Clock({ start: 0, learns: false, warn: () => {} });
  const send = transport(http, { baseUrl: `${server.url}/v9`, token: { value: "the token", source: "a test" }, clock });
  const whole = { task: "try", method: "GET" as const, path: "/x", status: 200, repeatable: true, ...exchange, parse };
  return { result: await send(whole), received: server.received };
}

it("an exchange may have any path, query, header, method and body", async () => {
  const { received } = await sent(
    { status: 200 },
    {
      method: "DELETE",
      path: "/keys/{id}/of/{owner}",
      parameters: { id: "a b", owner: "c" },
      query: { deep: "yes", none: undefined, page: 2 },
      headers: { "idempotency-key": "r-1" },
      body: { ids: ["key_1"] },
    },
    () => ({ result: undefined }),
  );
  expect(received).toMatchObject([
    {
      method: "DELETE",
      path: "/v9/keys/a%20b/of/c?deep=yes&page=2",
      headers: { "idempotency-key": "r-1", authorization: "Bearer the token" },
      body: '{"ids":["key_1"]}',
    },
  ]);
});

it("a header of an exchange does not replace a header of every request", async () => {
  const { received } = await sent({ status: 200 }, { headers: { authorization: "another" } }, () => ({ result: 1 }));
  expect(received[0]?.headers.authorization).toBe("Bearer the token");
});

it("a response is parsed from its status, headers and body, and a request is not retried for a response without a body", async () => {
  const { result, received } = await sent(
    { status: 204, body: "", headers: { link: "<next>" } },
    { method: "DELETE" },
    ({ status, json, header }) => ({ result: { status, json, link: header("link") } }),
  );
  expect(result).toEqual({ status: 204, json: undefined, link: "<next>" });
  expect(received).toHaveLength(1);
});
