import { describe, expect, it } from "vitest";
import { type GatewayKeysApi, ImplausibleResponse } from "../../contract/port";
import type { Exchange, Reading } from "../../contract/transport";
import { vendorApi } from "../../contract/vendor-api";
import { KEY } from "../support/key";

interface Scripted {
  readonly status: number;
  readonly json?: unknown;
}

type Sent = Omit<Exchange<unknown>, "read">;

/** A transport that reads these responses, in order. What a response does not make a result of rejects with its reading. */
function scripted(...responses: readonly Scripted[]): { api: GatewayKeysApi; sent: Sent[] } {
  const sent: Sent[] = [];
  const api = vendorApi(async ({ read, ...request }) => {
    const { status, json } = responses[sent.length] ?? { status: 500 };
    sent.push(request);
    const reading = read({ status, json, header: () => undefined });
    if ("result" in reading) return reading.result;
    throw new Unread(reading);
  });
  return { api, sent };
}

class Unread extends Error {
  readonly reading: Reading<unknown>;

  constructor(reading: Reading<unknown>) {
    super("no result");
    this.reading = reading;
  }
}

const error = (status: number, code: string, details?: unknown): Scripted => ({
  status,
  json: { error: { message: "x", type: "x", code, details } },
});
const REQUEST = { name: "CI", requestId: "r-1", supportsRequestIds: false };

describe("a request of the port", () => {
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
  ])("is one exchange: %s", async (_what, call, exchange) => {
    const { api, sent } = scripted();
    await expect(call(api)).rejects.toBeInstanceOf(Unread);
    expect(sent).toEqual([expect.objectContaining(exchange)]);
  });
});

describe("a response, in the words of the port", () => {
  it("keeps the value of a created key beside the key", async () => {
    const { api } = scripted({ status: 201, json: { ...KEY, key: "a value" } });
    const { usage30d, id } = KEY;
    const made = await api.make(REQUEST);
    expect(made).toMatchObject({ key: { id, usage30d }, value: "a value" });
    expect(JSON.stringify("key" in made && made.key)).not.toContain("a value");
  });

  it("of a used request ID is the key that it created before", async () => {
    const earlier = { keyId: "key_0", status: "revoked" };
    const { api } = scripted(error(409, "request_id_used", earlier));
    expect(await api.make(REQUEST)).toEqual({ earlier });
  });

  it("has nothing where the API has null", async () => {
    const { api } = scripted({ status: 200, json: KEY });
    const key = await api.find(KEY.id);
    expect(key).toMatchObject({ lastUsedAt: null });
    expect([key?.revokedAt, key?.requestId]).toEqual([undefined, undefined]);
  });

  it("of a list says where the next batch begins, or that there is none", async () => {
    const { api } = scripted(
      { status: 200, json: { items: [KEY], cursor: "next" } },
      { status: 200, json: { items: [], cursor: null } },
    );
    expect(await api.list({})).toMatchObject({ keys: [{ id: KEY.id }], next: "next" });
    expect(await api.list({ from: "next" })).toEqual({ keys: [], next: undefined });
  });

  it("about a key that the workspace does not have is no failure, and no key", async () => {
    const { api } = scripted(error(404, "not_found"), error(404, "not_found"));
    expect(await api.find("k")).toBeUndefined();
    expect(await api.revoke("k")).toBe("missing");
  });

  it.each([
    ["another key", { ...KEY, id: "other", status: "revoked" }],
    ["a key that is active", KEY],
  ])("of a revocation that shows %s is implausible", async (_what, json) => {
    const { api } = scripted({ status: 200, json });
    await expect(api.revoke(KEY.id)).rejects.toBeInstanceOf(ImplausibleResponse);
  });
});

describe("any other response is read as", () => {
  it.each<[string, Scripted, Reading<unknown>]>([
    ["a refusal, in the port's words", error(403, "admin_required"), { refusal: "admin_required" }],
    ["unexpected, by a code with another status", error(400, "admin_required"), { unexpected: ["error", "code"] }],
    ["unexpected, by an unknown code", error(403, "x"), { unexpected: ["error", "code"] }],
    ["unexpected, by a 404 of the address", error(404, "not_found"), { unexpected: ["error", "code"] }],
    ["unexpected, by its body", { status: 403, json: { error: {} } }, { unexpected: ["error", "message"] }],
    ["unexpected, by a body that is not JSON", { status: 403 }, { unexpected: [] }],
    ["misshapen, by a field", { status: 200, json: { id: 7, key: "v" } }, { misshapen: ["id"] }],
  ])("%s", async (_what, response, reading) => {
    const { api } = scripted(response);
    await expect(api.revealPrimary()).rejects.toMatchObject({ reading });
  });
});
