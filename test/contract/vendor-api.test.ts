import { describe, expect, it } from "vitest";
import { type GatewayKeysApi, ImplausibleResponse } from "../../contract/port";
import type { Exchange, ParsedResponse } from "../../contract/transport";
import { vendorApi } from "../../contract/vendor-api";
import { KEY } from "../support/key";

interface Scripted {
  readonly status: number;
  readonly json?: unknown;
}

type Sent = Omit<Exchange<unknown>, "parse">;

/** Returns the API on a transport with these responses, in order. A response without a result rejects with `NoResult`. */
function scripted(...responses: readonly Scripted[]): { api: GatewayKeysApi; sent: Sent[] } {
  const sent: Sent[] = [];
  const api = vendorApi(async ({ parse, ...request }) => {
    const { status, json } = responses[sent.length] ?? { status: 500 };
    sent.push(request);
    const parsed = parse({ status, json, header: () => undefined });
    if ("result" in parsed) return parsed.result;
    throw new NoResult(parsed);
  });
  return { api, sent };
}

class NoResult extends Error {
  readonly parsed: ParsedResponse<unknown>;

  constructor(parsed: ParsedResponse<unknown>) {
    super("no result");
    this.parsed = parsed;
  }
}

const error = (status: number, code: string, details?: unknown): Scripted => ({
  status,
  json: { error: { message: "x", type: "x", code, details } },
});
const REQUEST = { name: "CI", requestId: "r-1", supportsRequestIds: false };

describe("a call of the port", () => {
  it.each<[string, (api: GatewayKeysApi) => Promise<unknown>, Partial<Sent>]>([
    ["workspace", (api) => api.workspace(), { method: "GET", path: "/status", repeatable: true }],
    [
      "list",
      (api) => api.list({ status: "active", atMost: 7, from: "c" }),
      { method: "GET", path: "/api-keys", query: { status: "active", limit: 7, cursor: "c" }, repeatable: true },
    ],
    ["list, without a query", (api) => api.list({}), { query: { status: undefined, limit: 100, cursor: undefined } }],
    [
      "make",
      (api) => api.make({ ...REQUEST, scopes: ["a"] }),
      { method: "POST", path: "/api-keys", body: { name: "CI", scopes: ["a"], requestId: "r-1" }, repeatable: false },
    ],
    [
      "make, for a server that supports request IDs",
      (api) => api.make({ ...REQUEST, supportsRequestIds: true }),
      { body: { name: "CI", requestId: "r-1" }, repeatable: true },
    ],
    ["find", (api) => api.find("k"), { method: "GET", path: "/api-keys/{id}", parameters: { id: "k" } }],
    [
      "revoke",
      (api) => api.revoke("k"),
      { method: "DELETE", path: "/api-keys/{id}", parameters: { id: "k" }, repeatable: true },
    ],
    ["primary", (api) => api.primary(), { method: "GET", path: "/api-keys/primary" }],
    ["revealPrimary", (api) => api.revealPrimary(), { method: "POST", path: "/api-keys/primary/reveal" }],
    [
      "rotatePrimary",
      (api) => api.rotatePrimary({ requestId: "r-1", supportsRequestIds: false }),
      { method: "POST", path: "/api-keys/primary/rotate", body: { requestId: "r-1" }, repeatable: false },
    ],
    ["usage", (api) => api.usage("k"), { method: "GET", path: "/api-keys/{id}/usage", query: { days: 30 } }],
  ])("sends one request: %s", async (_what, call, exchange) => {
    const { api, sent } = scripted();
    await expect(call(api)).rejects.toBeInstanceOf(NoResult);
    expect(sent).toEqual([expect.objectContaining(exchange)]);
  });
});

describe("the result of a response", () => {
  it("has the value of a created key separate from the key", async () => {
    const { api } = scripted({ status: 201, json: { ...KEY, key: "a value" } });
    const { usage30d, id } = KEY;
    const made = await api.make(REQUEST);
    expect(made).toMatchObject({ key: { id, usage30d }, value: "a value" });
    expect(JSON.stringify("key" in made && made.key)).not.toContain("a value");
  });

  it("is the earlier key if the request ID was used", async () => {
    const earlier = { keyId: "key_0", status: "revoked" };
    const { api } = scripted(error(409, "request_id_used", earlier));
    expect(await api.make(REQUEST)).toEqual({ earlier });
  });

  it("is undefined where the API has null", async () => {
    const { api } = scripted({ status: 200, json: KEY });
    const key = await api.find(KEY.id);
    expect(key).toMatchObject({ lastUsedAt: null });
    expect([key?.revokedAt, key?.requestId]).toEqual([undefined, undefined]);
  });

  it("contains the start of the next batch of a list, or undefined at the end", async () => {
    const { api } = scripted(
      { status: 200, json: { items: [KEY], cursor: "next" } },
      { status: 200, json: { items: [], cursor: null } },
    );
    expect(await api.list({})).toMatchObject({ keys: [{ id: KEY.id }], next: "next" });
    expect(await api.list({ from: "next" })).toEqual({ keys: [], next: undefined });
  });

  it("is undefined or missing, and not an error, if the workspace does not have the key", async () => {
    const { api } = scripted(error(404, "not_found"), error(404, "not_found"));
    expect(await api.find("k")).toBeUndefined();
    expect(await api.revoke("k")).toBe("missing");
  });

  it.each([
    ["another key", { ...KEY, id: "other", status: "revoked" }],
    ["a key that is active", KEY],
  ])("is implausible if a revocation returns %s", async (_what, json) => {
    const { api } = scripted({ status: 200, json });
    await expect(api.revoke(KEY.id)).rejects.toBeInstanceOf(ImplausibleResponse);
  });
});

describe("a response without a result is parsed as", () => {
  it.each<[string, Scripted, ParsedResponse<unknown>]>([
    ["an error of the port", error(403, "admin_required"), { error: "admin_required" }],
    ["unexpected if the code has another status", error(400, "admin_required"), { unexpected: ["error", "code"] }],
    ["unexpected if the code is unknown", error(403, "x"), { unexpected: ["error", "code"] }],
    ["unexpected if a 404 is about the address", error(404, "not_found"), { unexpected: ["error", "code"] }],
    [
      "unexpected if the body has another form",
      { status: 403, json: { error: {} } },
      { unexpected: ["error", "message"] },
    ],
    ["unexpected if the body is not JSON", { status: 403 }, { unexpected: [] }],
    ["malformed if a field has another form", { status: 200, json: { id: 7, key: "v" } }, { malformed: ["id"] }],
  ])("%s", async (_what, response, parsed) => {
    const { api } = scripted(response);
    await expect(api.revealPrimary()).rejects.toMatchObject({ parsed });
  });
});
