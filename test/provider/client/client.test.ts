import { describe, expect, it } from "vitest";
import type { Client } from "../../../provider/client/client";
import { argumentsSource, type Config, resolveConfig } from "../../../provider/config/options";
import { DenchError } from "../../../provider/errors";
import { testClient } from "../../support/context";
import { testGateway } from "../../support/gateway";
import { KEY } from "../../support/key";
import { apiError, type ScriptedResponse, scriptedServer } from "../../support/scripted-server";

const OK: ScriptedResponse = { status: 200, body: KEY };
const REVOKED: ScriptedResponse = { status: 200, body: { ...KEY, status: "revoked" } };
const CREATION = { name: "CI", requestId: "id", supportsRequestIds: false };
const NO_WAIT = { "retry-after": "0" };

interface Surroundings {
  readonly config?: Partial<Config>;
  readonly signal?: AbortSignal;
  readonly trace?: (line: string) => void;
}

function clientOf(
  url: string,
  { config = {}, signal = new AbortController().signal, trace }: Surroundings = {},
): Client {
  const env = { DENCH_BASE_URL: url, DENCH_API_KEY: "token-of-the-test" };
  const parts = { signal, ...(trace ? { trace } : {}) };
  return testClient({ ...resolveConfig(argumentsSource({}), env), ...config }, parts);
}

async function failureOf(call: Promise<unknown>): Promise<DenchError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DenchError)) throw new Error(`expected a DenchError, got ${String(error)}`);
  return error;
}

describe("a request", () => {
  it("contains the token, accepts JSON, and names the provider", async () => {
    const server = await scriptedServer({ status: 200, body: { ...KEY, id: "key/1 ?" } });
    await clientOf(`${server.url}/api/v1`).get("key/1 ?");
    expect(server.received).toMatchObject([
      {
        method: "GET",
        path: "/api/v1/api-keys/key%2F1%20%3F",
        headers: {
          authorization: "Bearer token-of-the-test",
          accept: "application/json",
          "user-agent": "pulumi-dench/test",
        },
      },
    ]);
  });

  it("is traced as method, path, status and time, without token, body or ID", async () => {
    const server = await scriptedServer(OK);
    const lines: string[] = [];
    await clientOf(server.url, { trace: (line) => lines.push(line) }).get("key_1");
    expect(lines).toEqual([expect.stringMatching(/^GET \/api-keys\/\{id\} 200 \d+ ms$/)]);
  });
});

describe("the ID of a key", () => {
  it.each(["", ".", "..", "\ud800"])(
    "is rejected before a request is sent if a URL cannot contain it: %j",
    async (id) => {
      const server = await scriptedServer(OK);
      const client = clientOf(server.url);
      for (const call of [() => client.get(id), () => client.usage(id), () => client.revoke(id)]) {
        const error = await failureOf(call());
        expect(error).toMatchObject({
          code: "invalid_arguments",
          message: expect.stringContaining("the key ID is invalid"),
        });
      }
      expect(server.received).toEqual([]);
    },
  );

  it.each(["...", ".a", "%2e", "%2E%2E", "a/../b", "..;", "ä"])(
    "is a single segment of the path, even if it resembles a relative path: %s",
    async (id) => {
      const server = await scriptedServer({ status: 200, body: { ...KEY, id, status: "revoked" } });
      await clientOf(`${server.url}/api/v1`).revoke(id);
      expect(server.received).toMatchObject([{ method: "DELETE", path: `/api/v1/api-keys/${encodeURIComponent(id)}` }]);
    },
  );
});

describe("GET and DELETE", () => {
  it.each([408, 429, 500, 502, 503, 504])("are retried after a %s", async (status) => {
    const server = await scriptedServer({ status, headers: NO_WAIT }, OK);
    await expect(clientOf(server.url).get("key_1")).resolves.toMatchObject({ id: "key_1" });
    expect(server.received).toHaveLength(2);
  });

  it.each(["reset", "half a body", "half a body of no length"] as const)("are retried after %s", async (fault) => {
    const server = await scriptedServer(fault, REVOKED);
    await expect(clientOf(server.url).revoke("key_1")).resolves.toBe("revoked");
    expect(server.received.map(({ method }) => method)).toEqual(["DELETE", "DELETE"]);
  });

  it("are not retried after a complete body that is not JSON", async () => {
    const server = await scriptedServer({ status: 200, body: "<html>" });
    expect((await failureOf(clientOf(server.url).get("key_1"))).message).toContain("The response body is not JSON, so");
    expect(server.received).toHaveLength(1);
  });

  it("fail with an unexpected response if every body is incomplete", async () => {
    const server = await scriptedServer("half a body of no length");
    const error = await failureOf(clientOf(server.url, { config: { maxRetries: 1 } }).get("key_1"));
    expect(error.code).toBe("unexpected_response");
    expect(error.message).toContain("not JSON, or is incomplete");
    expect(server.received).toHaveLength(2);
  });

  it("compare a date in Retry-After with the server's clock", async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    const server = await scriptedServer({ status: 503, headers: { date: inAnHour, "retry-after": inAnHour } }, OK);
    await clientOf(server.url).get("key_1");
    expect(server.received).toHaveLength(2);
  });

  it("are retried at most maxRetries times", async () => {
    const server = await scriptedServer({ status: 503, headers: NO_WAIT });
    await failureOf(clientOf(server.url, { config: { maxRetries: 2 } }).get("key_1"));
    expect(server.received).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 409])("are not retried after a %s", async (status) => {
    const server = await scriptedServer({ status });
    await failureOf(clientOf(server.url).get("key_1"));
    expect(server.received).toHaveLength(1);
  });

  it("stop waiting for a retry when the run is canceled", async () => {
    const server = await scriptedServer({ status: 503, headers: { "retry-after": "100" } });
    const cancel = new AbortController();
    const call = failureOf(clientOf(server.url, { signal: cancel.signal, trace: () => cancel.abort() }).get("key_1"));
    expect((await call).code).toBe("unexpected_status");
    expect(server.received).toHaveLength(1);
  });
});

describe("POST", () => {
  const faults: [string, ScriptedResponse][] = [
    ["a 502", { status: 502, headers: NO_WAIT }],
    ["a reset", "reset"],
    ["half a body", "half a body"],
    ["half a body of no length", "half a body of no length"],
  ];
  const CREATED: ScriptedResponse = { status: 201, body: { ...KEY, key: "value" } };

  it.each(faults)("is not retried if that is not known to be safe: %s", async (_what, response) => {
    const server = await scriptedServer(response);
    const error = await failureOf(clientOf(server.url).make(CREATION));
    expect(error.mayBeDone).toBe(true);
    expect(server.received).toHaveLength(1);
  });

  it.each(faults)("is retried with the same body if that is safe: %s", async (_what, response) => {
    const server = await scriptedServer(response, CREATED);
    await clientOf(server.url).make({ ...CREATION, supportsRequestIds: true });
    expect(server.received).toHaveLength(2);
    expect(server.received[1]?.body).toBe(server.received[0]?.body);
  });

  it("is always retried if the server certainly did not execute it", async () => {
    const server = await scriptedServer({ status: 429, headers: NO_WAIT }, CREATED);
    await clientOf(server.url).make(CREATION);
    expect(server.received).toHaveLength(2);
    const lines: string[] = [];
    const unreachable = clientOf("http://127.0.0.1:1", {
      config: { maxRetries: 1 },
      trace: (line) => lines.push(line),
    });
    expect((await failureOf(unreachable.make(CREATION))).mayBeDone).toBe(false);
    expect(lines).toHaveLength(2);
  });

  it("returns the earlier key if the request ID was used", async () => {
    const details = { keyId: "key_1", status: "active" };
    const server = await scriptedServer(apiError(409, "request_id_used", { details }));
    expect(await clientOf(server.url).make(CREATION)).toEqual({ earlier: details });
  });
});

describe("a server that is too slow", () => {
  it.each(["silence", "endless body", "endless interim responses"] as const)(
    "causes a timeout after timeoutSeconds: %s",
    async (response) => {
      const server = await scriptedServer(response);
      const client = clientOf(server.url, { config: { timeoutSeconds: 1, maxRetries: 0 } });
      expect(await failureOf(client.get("key_1"))).toMatchObject({ code: "timeout" });
    },
  );
});

describe("a failure", () => {
  it.each<[string, ScriptedResponse, string, RegExp]>([
    [
      "401",
      apiError(401, "unauthorized"),
      "unauthorized",
      /does not accept the token from the environment variable DENCH_API_KEY/,
    ],
    ["403", apiError(403, "admin_required"), "admin_required", /belongs to a member/],
    [
      "404 of another server",
      { status: 404, body: "<html>" },
      "unexpected_status",
      /no management API at this address.*baseUrl/,
    ],
    ["404 with a code of another status", apiError(404, "unauthorized"), "unexpected_status", /field error\.code is/],
    ["401 of another server", { status: 401, body: "denied" }, "unauthorized", /does not accept/],
    ["403 of another server", { status: 403, body: "denied" }, "forbidden", /The server, or a proxy, refused/],
    [
      "HTML with 200",
      { status: 200, body: "<html>welcome</html>" },
      "unexpected_response",
      /not JSON.*baseUrl, which usually ends in \/api\/v1/,
    ],
    [
      "JSON of another form",
      { status: 200, body: { ...KEY, createdAt: "2026" } },
      "unexpected_response",
      /field createdAt is/,
    ],
    [
      "JSON that is no object",
      { status: 200, body: [] },
      "unexpected_response",
      /body does not have the expected form/,
    ],
    [
      "error of another form",
      { status: 400, body: { error: { code: "x" } } },
      "unexpected_status",
      /field error\.message is/,
    ],
    [
      "error that is no object",
      { status: 400, body: '"no"' },
      "unexpected_status",
      /body does not have the expected form/,
    ],
    ["unknown error code", apiError(422, "x_quota"), "unexpected_status", /field error\.code is/],
    ["500", { status: 500, headers: NO_WAIT }, "unexpected_status", /server failed/],
    ["429", apiError(429, "rate_limited", { headers: NO_WAIT }), "rate_limited", /limits the number of requests/],
    ["404 of another form", { status: 404, body: { detail: "x" } }, "unexpected_status", /field error is missing/],
    ["429 of another server", { status: 429, body: "slow", headers: NO_WAIT }, "rate_limited", /limits the number/],
    ["another success", { status: 202, body: KEY }, "unexpected_status", /The expected status is 200/],
    ["a success without body", { status: 204, body: "" }, "unexpected_status", /The expected status is 200/],
    ["reset", "reset", "unreachable", /connection failed \(UND_ERR_SOCKET|connection failed \(ECONNRESET/],
  ])("names the request, the problem and the next step: %s", async (_what, response, code, text) => {
    const server = await scriptedServer(response);
    const error = await failureOf(clientOf(server.url, { config: { maxRetries: 1 } }).get("key_1"));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toContain(`GET /api-keys/{id} on ${new URL(server.url).host}`);
  });

  it("says that the workspace does not have the key", async () => {
    const server = await scriptedServer(apiError(404, "not_found"));
    const client = clientOf(server.url);
    expect(await client.find("key_1")).toBeUndefined();
    expect(await client.revoke("key_1")).toBe("missing");
    for (const call of [() => client.get("key_1"), () => client.usage("key_1")]) {
      const error = await failureOf(call());
      expect(error).toMatchObject({ code: "not_found", message: expect.stringContaining("no key with this ID") });
    }
  });

  it.each<[string, unknown, string]>([
    ["in a list", { items: [KEY, { ...KEY, createdAt: "of-the-test" }], cursor: null }, "items[1].createdAt"],
    [
      "in an object",
      { items: [{ ...KEY, createdBy: { id: "of-the-test" } }], cursor: null },
      "items[0].createdBy.name",
    ],
    ["at the top", { items: [] }, "cursor"],
  ])("names the field with an unexpected form, but no value: %s", async (_what, body, field) => {
    const server = await scriptedServer({ status: 200, body });
    const error = await failureOf(clientOf(server.url).listAll());
    expect(error.code).toBe("unexpected_response");
    expect(error.message).toContain(`The field ${field} is missing or does not have the expected form`);
    expect(error.message).not.toMatch(/of-the-test|baseUrl/);
    expect(server.received).toHaveLength(1);
  });

  it.each<[unknown, string]>([
    [{ keyId: 7, status: "of-the-test" }, "error.details.keyId"],
    [{ keyId: "of-the-test" }, "error.details.status"],
    [undefined, "error.details"],
  ])("names the field if the details of a used request ID have an unexpected form: %j", async (details, field) => {
    const server = await scriptedServer(apiError(409, "request_id_used", { details }));
    const error = await failureOf(clientOf(server.url).make(CREATION));
    expect(error).toMatchObject({
      code: "unexpected_response",
      message: expect.stringContaining(`The field ${field} is`),
    });
    expect(error.message).not.toMatch(/of-the-test|baseUrl/);
  });

  it.each([apiError(404, "not_found"), { status: 404, body: { detail: "x" } }, { status: 404, body: "no" }])(
    "says that the address has no API if the request has no key ID (%#)",
    async (response) => {
      const server = await scriptedServer(response);
      const client = clientOf(server.url);
      for (const call of [() => client.workspace(), () => client.listAll(), () => client.primary()]) {
        const error = await failureOf(call());
        expect(error.code).toBe("unexpected_status");
        expect(error.message).toMatch(/no management API at this address.*baseUrl, which usually ends in \/api\/v1/);
      }
    },
  );

  it("never quotes the token, the body or the server's message", async () => {
    const echo = (received: { headers: object; body: string }): ScriptedResponse => ({
      status: 400,
      body: {
        error: {
          message: `you sent ${JSON.stringify(received)}`,
          type: "error",
          code: "invalid_request",
          details: [{ path: JSON.stringify(received), message: "x" }],
        },
      },
    });
    const server = await scriptedServer(echo);
    const error = await failureOf(clientOf(server.url).make({ ...CREATION, name: "name-of-the-test" }));
    expect(error.message).not.toMatch(/of-the-test/);
  });

  it("names the target of a redirect, which is not followed", async () => {
    const target = await scriptedServer(OK);
    const server = await scriptedServer({ status: 308, headers: { location: `${target.url}/api-keys?secret=1` } });
    const error = await failureOf(clientOf(server.url).get("key_1"));
    expect(error.message).toContain(`redirects to ${new URL(target.url).host}.`);
    expect(error.message).not.toContain("secret");
    expect(target.received).toEqual([]);
  });

  it("is not retried for a response over 32 MiB", async () => {
    const server = await scriptedServer({ status: 200, body: "x".repeat(32 * 1024 * 1024 + 1) });
    const error = await failureOf(clientOf(server.url).get("key_1"));
    expect(error).toMatchObject({
      code: "unexpected_response",
      message: expect.stringContaining("the response is larger than"),
    });
    expect(server.received).toHaveLength(1);
  });

  it("names the three sources of a token if none is set, and no request is sent", async () => {
    const server = await scriptedServer(OK);
    const error = await failureOf(clientOf(server.url, { config: { token: undefined } }).get("key_1"));
    expect(error.code).toBe("no_token");
    expect(error.message).toMatch(/provider argument token.*stack config dench:token.*DENCH_API_KEY/);
    expect(server.received).toEqual([]);
  });
});

describe("the configured workspace", () => {
  it("makes a write fail before it is sent if the token belongs to another workspace", async () => {
    const gateway = await testGateway();
    const { baseUrl, adminToken } = gateway.gateway;
    const config = resolveConfig(argumentsSource({}), {
      DENCH_BASE_URL: baseUrl,
      DENCH_API_KEY: adminToken,
      DENCH_WORKSPACE: "shop",
    });
    const client = testClient(config);
    for (const write of [() => client.make(CREATION), () => client.revoke("key_1")]) {
      const error = await failureOf(write());
      expect(error.code).toBe("wrong_workspace");
      expect(error.message).toMatch(/belongs to the workspace "local".*option workspace is "shop"/);
    }
    expect(await gateway.keys()).toEqual([]);
  });
});

describe("an implausible response is an error", () => {
  type Call = (client: Client) => Promise<unknown>;
  const other = { ...KEY, id: "key_2", status: "revoked" };

  it.each<[string, Call, unknown, RegExp]>([
    ["another key than the requested one", (client) => client.get("key_1"), other, /another key/],
    ["a revocation of another key", (client) => client.revoke("key_1"), other, /another key/],
    ["a revocation after which the key is active", (client) => client.revoke("key_1"), KEY, /still active/],
    [
      "the usage of another key",
      (client) => client.usage("key_1"),
      { keyId: "key_2", requests: 0, costUsd: 0, days: 30, daily: [] },
      /another key/,
    ],
    ["an additional key as the primary one", (client) => client.primary(), KEY, /not about the primary/],
    [
      "an additional key as the rotated one",
      (client) => client.rotatePrimary({ requestId: "id", supportsRequestIds: true }),
      KEY,
      /not about the prim/,
    ],
    ["the token as a name", (client) => client.get("key_1"), { ...KEY, name: "a token-of-the-test" }, /name/],
    ["a time after the last year", (client) => client.get("key_1"), { ...KEY, createdAt: 1e18 }, /./],
    ["a time before the first", (client) => client.get("key_1"), { ...KEY, createdAt: -1 }, /./],
  ])("%s", async (_what, call, body, text) => {
    const server = await scriptedServer({ status: 200, body });
    const error = await failureOf(call(clientOf(server.url)));
    expect(error.code).toBe("unexpected_response");
    expect(error.message).toMatch(text);
    expect(error.message).not.toContain("token-of-the-test");
  });
});

describe("a list", () => {
  const page = (cursor: string | null): ScriptedResponse => ({ status: 200, body: { items: [], cursor } });

  it.each([
    ["to itself", ["a"]],
    ["to an earlier page", ["a", "b"]],
    ["to the first of three pages", ["a", "b", "c"]],
  ])("that leads back %s is an error", async (_what, cursors) => {
    let requests = 0;
    const server = await scriptedServer(() => {
      requests += 1;
      return page(cursors[requests % cursors.length] ?? null);
    });
    expect(await failureOf(clientOf(server.url).listAll())).toMatchObject({ code: "unexpected_response" });
    expect(requests).toBeLessThan(6);
  });

  it("with a malformed page is an error, and not a shorter list", async () => {
    const server = await scriptedServer(page("a"), { status: 200, body: { items: "none", cursor: null } });
    expect(await failureOf(clientOf(server.url).listAll())).toMatchObject({ code: "unexpected_response" });
  });

  it("is aborted when the run is canceled, even during a request", async () => {
    const cancel = new AbortController();
    const server = await scriptedServer(page("a"), () => {
      cancel.abort();
      return "silence";
    });
    const call = clientOf(server.url, { signal: cancel.signal }).listAll();
    expect(await failureOf(call)).toMatchObject({ code: "canceled" });
    expect(server.received).toHaveLength(2);
  });
});

it("the slug of another workspace is shown without control characters, and shortened", async () => {
  const slug = `shop\u001b[31m\n${"x".repeat(500)}`;
  const workspace = { id: "org_1", name: "Shop", slug };
  const caller = { id: "mem_1", name: "Ada", role: "admin", keyId: null };
  const server = await scriptedServer({ status: 200, body: { workspace, caller } });
  const { message } = await failureOf(clientOf(server.url, { config: { workspace: "lab" } }).get("key_1"));
  expect(message).toContain('belongs to the workspace "shop[31mxxx');
  expect(message.length).toBeLessThan(400);
  expect(message).not.toMatch(/\p{Cc}/u);
});
