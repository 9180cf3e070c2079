import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { parseUpstreamUrl } from "../../../gateway/data-plane/upstream";
import { temporaryFolder } from "../../support/folder";
import { testGateway } from "../../support/gateway";
import { scriptedServer } from "../../support/scripted-server";
import { open } from "../raw-http";
import { clientOf, user } from "./clients";

const model = "dench-local-echo";
const ORIGIN = "http://localhost:3000";

describe("GET /v1/models/{id}", () => {
  it("returns the model of the list, and 404 for another one", async () => {
    const { openai, usage } = await clientOf();
    const [listed] = (await openai.models.list()).data;
    expect(await openai.models.retrieve(model)).toEqual(listed);
    const other = await openai.models.retrieve("gpt-5").catch((error: unknown) => error);
    expect(other).toMatchObject({ status: 404, code: "model_not_found", param: "model" });
    expect((await usage()).requests).toBe(3);
  });

  it("requires the scope models:read", async () => {
    const { openai } = await clientOf({}, { scopes: ["chat:completions", "files:read"] });
    expect(await openai.models.retrieve(model).catch((error: unknown) => error)).toMatchObject({
      status: 403,
      error: { message: "The key lacks the scope models:read. It has chat:completions, files:read." },
    });
  });

  it("forwards an ID with slashes and other characters, and no other path", async () => {
    const server = await scriptedServer({ status: 200, body: { id: "any" } });
    const { gateway, key } = await clientOf({ upstream: { url: parseUpstreamUrl(server.url) } });
    const get = (path: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = open(gateway.gateway.url).setEncoding("utf8");
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`,
        );
        socket.toArray().then((parts) => resolve(parts.join("")), reject);
      });
    await get("/v1/models/meta/llama-3");
    await get("/v1/models/meta%2Fllama-3%3Fa=b%23");
    expect(server.received.map(({ path }) => path)).toEqual([
      "/v1/models/meta/llama-3",
      "/v1/models/meta/llama-3%3Fa%3Db%23",
    ]);
    for (const path of ["..%2F..%2Fadmin", "a%2F..%2F..%2F..%2Fadmin", ".%2Fa", "a%2F%2Fb"]) {
      expect(await get(`/v1/models/${path}`), path).toMatch(/^HTTP\/1.1 404 /);
    }
    expect(server.received).toHaveLength(2);
  });
});

describe("every response has a request ID of its own:", () => {
  it.each([
    ["the health check", "/healthz"],
    ["a page", "/sign-in"],
    ["an asset", "/assets/dashboard.js"],
    ["a redirect", "/settings/api-keys"],
    ["an error of the management API", "/api/v1/status"],
    ["an error of the data plane", "/v1/models"],
    ["an unknown path", "/nothing"],
  ])("%s", async (_what, path) => {
    const { gateway } = await testGateway();
    const ids = [];
    for (const _time of [1, 2]) {
      const response = await fetch(gateway.url + path, { redirect: "manual" });
      await response.body?.cancel();
      ids.push(response.headers.get("x-request-id"));
    }
    for (const id of ids) expect(id).toMatch(/^req_[\w-]{36}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it("a chat, a stream and an error, as OpenAI's client shows them", async () => {
    const { openai } = await clientOf();
    const request = { model, messages: user("x") };
    const whole = await openai.chat.completions.create(request);
    const { response } = await openai.chat.completions.create({ ...request, stream: true }).withResponse();
    const error = await openai.models.retrieve("none").catch((refused: unknown) => refused);
    expect(whole._request_id).toMatch(/^req_/);
    expect(response.headers.get("x-request-id")).toMatch(/^req_/);
    expect(error).toMatchObject({ requestID: expect.stringMatching(/^req_/) });
  });

  it("bytes that are not HTTP", async () => {
    const { gateway } = await testGateway();
    const socket = open(gateway.url).setEncoding("utf8");
    socket.write("hello\r\n\r\n");
    expect((await socket.toArray()).join("")).toMatch(/^x-request-id: req_[\w-]{36}\r$/im);
  });

  it("but an upstream's response keeps the one of the upstream", async () => {
    const server = await scriptedServer({ status: 200, headers: { "x-request-id": "theirs" }, body: { data: [] } });
    const { openai } = await clientOf({ upstream: { url: parseUpstreamUrl(server.url) } });
    const { response } = await openai.models.list().withResponse();
    expect(response.headers.get("x-request-id")).toBe("theirs");
  });
});

describe("a page of another origin", () => {
  const preflight = {
    origin: ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,x-stainless-os",
  };

  it("may send no requests by default", async () => {
    const { gateway, key } = await clientOf();
    const url = `${gateway.gateway.gatewayUrl}/v1/models`;
    const asked = await fetch(url, { method: "OPTIONS", headers: preflight });
    expect(asked.status).toBe(404);
    const sent = await fetch(url, { headers: { origin: ORIGIN, authorization: `Bearer ${key}` } });
    for (const { headers } of [asked, sent]) expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each([
    [[ORIGIN, "https://app.example"], ORIGIN],
    [["*"], "*"],
  ])("may send requests to the data plane with --cors %j, and read errors too", async (corsOrigins, allowed) => {
    const { gateway, key } = await clientOf({ corsOrigins });
    const { gatewayUrl, baseUrl } = gateway.gateway;
    const asked = await fetch(`${gatewayUrl}/v1/chat/completions`, { method: "OPTIONS", headers: preflight });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe(allowed);
    expect(asked.headers.get("access-control-allow-methods")).toBe("GET,POST");
    expect(asked.headers.get("access-control-allow-headers")).toBe("authorization,x-stainless-os");
    for (const [token, status] of [
      [key, 200],
      ["unknown", 401],
    ]) {
      const headers = { origin: ORIGIN, authorization: `Bearer ${token}` };
      const sent = await fetch(`${gatewayUrl}/v1/models`, { headers });
      expect([sent.status, sent.headers.get("access-control-allow-origin")]).toEqual([status, allowed]);
      expect(sent.headers.get("access-control-expose-headers")).toContain("X-Request-Id");
    }
    const management = await fetch(`${baseUrl}/status`, { headers: { origin: ORIGIN } });
    expect(management.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("of an origin that is not allowed may send none", async () => {
    const { gateway } = await clientOf({ corsOrigins: [ORIGIN] });
    const headers = { ...preflight, origin: "https://evil.example" };
    const asked = await fetch(`${gateway.gateway.gatewayUrl}/v1/models`, { method: "OPTIONS", headers });
    expect(asked.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("GET /healthz", () => {
  it("needs no token", async () => {
    const { gateway } = await testGateway();
    const response = await fetch(`${gateway.url}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("fails if the database cannot be read", async () => {
    const data = join(await temporaryFolder(), "gateway.db");
    const { gateway } = await testGateway({ data });
    const database = new DatabaseSync(data);
    database.exec("DROP TABLE workspace");
    database.close();
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(500);
  });
});
