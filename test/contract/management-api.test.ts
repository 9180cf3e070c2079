import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import * as contract from "../../contract";
import { type Gateway, startGateway } from "../../gateway/gateway";

/**
 * The requirements on any server of the management API. Tests the local gateway by default. To test a real server, set
 * DENCH_BASE_URL, and DENCH_API_KEY to an admin's token. DENCH_CONTRACT_ROTATES=true also rotates its primary key.
 */
const realBaseUrl = process.env["DENCH_BASE_URL"];
const mayRotate = !realBaseUrl || process.env["DENCH_CONTRACT_ROTATES"] === "true";

let baseUrl: string;
let adminToken: string;
let memberToken: string | undefined;

beforeAll(async () => {
  if (realBaseUrl) {
    baseUrl = realBaseUrl;
    adminToken = process.env["DENCH_API_KEY"] ?? "";
    memberToken = process.env["DENCH_MEMBER_TOKEN"];
    return;
  }
  const gateway: Gateway = await startGateway({ port: 0, data: ":memory:" });
  ({ baseUrl, adminToken, memberToken } = gateway);
  return () => gateway.close();
});

interface Request {
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly text?: string;
}

async function call(method: string, path: string, { token = adminToken, json, text }: Request = {}) {
  const body = json === undefined ? text : JSON.stringify(json);
  const response = await fetch(baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function expectError(response: { status: number; body: unknown }, code: contract.ErrorCode): Promise<unknown> {
  const { error } = contract.ErrorBody.parse(response.body);
  expect({ status: response.status, code: error.code }).toEqual({ status: contract.errorCodes[code], code });
  expect(JSON.stringify(response.body)).not.toMatch(/\bat .*\.(js|ts):\d+/);
  return error.details;
}

const create = async (json: object) => contract.CreatedKey.parse((await call("POST", "/api-keys", { json })).body);

describe("GET /status", () => {
  it("returns the workspace, the caller and the caller's role", async () => {
    const { status, body } = await call("GET", "/status");
    expect(status).toBe(200);
    expect(contract.Status.parse(body).caller).toMatchObject({ role: "admin" });
  });

  it.each([
    ["no token", ""],
    ["an unknown token", "nobody's"],
  ])("rejects %s", async (_what, token) => {
    await expectError(await call("GET", "/status", { token }), "unauthorized");
  });
});

describe("POST /api-keys", () => {
  it("responds with 201, the key and its value, which no later response contains", async () => {
    const { status, body } = await call("POST", "/api-keys", { json: { name: "CI/CD", scopes: ["models:read"] } });
    expect(status).toBe(201);
    const { key: value, ...key } = contract.CreatedKey.parse(body);
    expect(key).toMatchObject({ name: "CI/CD", kind: "additional", scopes: ["models:read"], status: "active" });
    expect(key).toMatchObject({ lastUsedAt: null, revokedAt: null, requestId: null });
    expect(value.startsWith(key.prefix) && value.endsWith(key.last4)).toBe(true);

    const read = await call("GET", `/api-keys/${key.id}`);
    expect(contract.Key.parse(read.body)).toEqual(key);
    expect(JSON.stringify([read.body, (await call("GET", "/api-keys")).body])).not.toContain(value);
  });

  it("accepts two keys with the same name", async () => {
    const [one, other] = [await create({ name: "twin" }), await create({ name: "twin" })];
    expect(one.id).not.toBe(other.id);
  });

  it("creates only one key per request ID, even after the key is revoked", async () => {
    const requestId = `test:${randomUUID()}`;
    const made = await create({ name: "once", requestId });
    expect(made.requestId).toBe(requestId);
    const again = await call("POST", "/api-keys", { json: { name: "twice", requestId } });
    expect(await expectError(again, "request_id_used")).toEqual({ keyId: made.id, status: "active" });

    await call("DELETE", `/api-keys/${made.id}`);
    const later = await call("POST", "/api-keys", { json: { name: "later", requestId } });
    expect(await expectError(later, "request_id_used")).toEqual({ keyId: made.id, status: "revoked" });
  });

  it.each([
    ["no name", {}, ["name"]],
    ["an empty name", { name: "" }, ["name"]],
    ["a name of 201 characters", { name: "x".repeat(201) }, ["name"]],
    ["scopes that are not a list", { name: "x", scopes: "models:read" }, ["scopes"]],
    ["an empty list of scopes", { name: "x", scopes: [] }, ["scopes"]],
    ["scopes that are not texts", { name: "x", scopes: [1, ""] }, ["scopes.0", "scopes.1"]],
    ["a request ID with a blank", { name: "x", requestId: "a b" }, ["requestId"]],
    ["a body that is a list", [], [""]],
  ])("rejects %s, with the path of each problem", async (_what, json, paths) => {
    const details = await expectError(await call("POST", "/api-keys", { json }), "invalid_request");
    expect(contract.InvalidRequestDetails.parse(details).map(({ path }) => path)).toEqual(paths);
  });

  it("rejects a body that is not JSON", async () => {
    await expectError(await call("POST", "/api-keys", { text: "{" }), "invalid_request");
  });

  it("rejects a body of two megabytes, and continues to work", async () => {
    const response = await call("POST", "/api-keys", { text: JSON.stringify({ name: "x".repeat(2 * 1024 * 1024) }) });
    await expectError(response, "request_too_large");
    expect((await call("GET", "/status")).status).toBe(200);
  });
});

describe("GET /api-keys", () => {
  it("lists active and revoked keys in pages, newest first, without the primary key", async () => {
    const names = Array.from({ length: 5 }, (_, index) => `page ${index} ${randomUUID()}`);
    const made: contract.CreatedKey[] = [];
    for (const name of names) made.push(await create({ name }));
    await call("DELETE", `/api-keys/${made[2]?.id}`);

    const seen: contract.Key[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "limit=2" : `limit=2&cursor=${encodeURIComponent(cursor)}`;
      const page = contract.KeyPage.parse((await call("GET", `/api-keys?${query}`)).body);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== null);

    const ours = seen.filter(({ name }) => names.includes(name));
    expect(ours.map(({ name }) => name)).toEqual(names.toReversed());
    expect(ours[2]?.status).toBe("revoked");
    expect(seen.every(({ kind }) => kind === "additional")).toBe(true);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);

    const active = contract.KeyPage.parse((await call("GET", "/api-keys?status=active&limit=100")).body);
    expect(active.items.some(({ id }) => id === made[2]?.id)).toBe(false);
    expect(active.items.every(({ status }) => status === "active")).toBe(true);
  });

  it.each(["limit=0", "limit=101", "limit=many", "cursor=bad!", "status=gone"])("rejects %s", async (query) => {
    await expectError(await call("GET", `/api-keys?${query}`), "invalid_request");
  });
});

describe("DELETE /api-keys/{id}", () => {
  it("revokes the key, and repeats its response when called again", async () => {
    const { id } = await create({ name: "short-lived" });
    const first = contract.Key.parse((await call("DELETE", `/api-keys/${id}`)).body);
    expect(first.status).toBe("revoked");
    expect(first.revokedAt).toBeGreaterThanOrEqual(first.createdAt);
    expect(contract.Key.parse((await call("DELETE", `/api-keys/${id}`)).body)).toEqual(first);
  });

  it("rejects the primary key", async () => {
    const { id } = contract.Key.parse((await call("GET", "/api-keys/primary")).body);
    await expectError(await call("DELETE", `/api-keys/${id}`), "primary_key_not_revocable");
  });
});

it.each([
  ["GET", "/api-keys/key_unknown"],
  ["DELETE", "/api-keys/key_unknown"],
  ["GET", "/api-keys/key_unknown/usage"],
  ["GET", "/api-keys/%20%2F.."],
  ["GET", "/nowhere"],
  ["PATCH", "/api-keys/key_unknown"],
])("%s %s responds with the API's not_found error", async (method, path) => {
  await expectError(await call(method, path), "not_found");
});

describe("the primary key", () => {
  it("is shown masked, and revealed to an admin", async () => {
    const key = contract.Key.parse((await call("GET", "/api-keys/primary")).body);
    const revealed = contract.RevealedKey.parse((await call("POST", "/api-keys/primary/reveal")).body);
    expect(key).toMatchObject({ kind: "primary", status: "active", id: revealed.id });
    expect(revealed.key.endsWith(key.last4)).toBe(true);
  });

  it("is neither revealed to nor rotated by a member", async () => {
    const token = memberToken;
    await expectError(await call("POST", "/api-keys/primary/reveal", { token }), "admin_required");
    await expectError(await call("POST", "/api-keys/primary/rotate", { token }), "admin_required");
  });

  it.runIf(mayRotate)("is rotated once per request ID, which creates a new key and revokes the old one", async () => {
    const before = contract.Key.parse((await call("GET", "/api-keys/primary")).body);
    const requestId = `test:${randomUUID()}`;
    const rotate = () => call("POST", "/api-keys/primary/rotate", { json: { requestId } });
    const after = contract.Key.parse((await rotate()).body);
    expect(after.id).not.toBe(before.id);
    expect(after).not.toHaveProperty("key");
    expect(contract.Key.parse((await rotate()).body).id).toBe(after.id);
    expect(contract.Key.parse((await call("GET", "/api-keys/primary")).body).id).toBe(after.id);
    expect(contract.Key.parse((await call("GET", `/api-keys/${before.id}`)).body).status).toBe("revoked");

    const asKey = await call("POST", "/api-keys", { json: { name: "x", requestId } });
    expect(await expectError(asKey, "request_id_used")).toEqual({ keyId: after.id, status: "active" });
  });

  it.runIf(mayRotate)("is a token with an admin's rights until it is rotated", async () => {
    const { id, key } = contract.RevealedKey.parse((await call("POST", "/api-keys/primary/reveal")).body);
    const { caller } = contract.Status.parse((await call("GET", "/status", { token: key })).body);
    expect(caller).toMatchObject({ role: "admin", keyId: id });
    await call("POST", "/api-keys/primary/rotate", { token: key });
    await expectError(await call("GET", "/status", { token: key }), "unauthorized");
  });
});

describe("a member", () => {
  it("can create, list and revoke keys and read their usage", async () => {
    const token = memberToken;
    const made = contract.CreatedKey.parse((await call("POST", "/api-keys", { token, json: { name: "mine" } })).body);
    expect((await call("GET", "/api-keys", { token })).status).toBe(200);
    expect((await call("GET", `/api-keys/${made.id}/usage`, { token })).status).toBe(200);
    expect((await call("DELETE", `/api-keys/${made.id}`, { token })).body.status).toBe("revoked");
    const { caller } = contract.Status.parse((await call("GET", "/status", { token })).body);
    expect(made.createdBy).toEqual({ id: caller.id, name: caller.name });
  });
});

describe("GET /api-keys/{id}/usage", () => {
  it("returns the usage of each day, oldest first, and the total", async () => {
    const { id } = await create({ name: "unused" });
    const usage = contract.KeyUsage.parse((await call("GET", `/api-keys/${id}/usage?days=7`)).body);
    expect(usage).toMatchObject({ keyId: id, days: 7, requests: 0, costUsd: 0 });
    expect(usage.daily).toHaveLength(7);
    expect(usage.daily.map(({ date }) => date)).toEqual(usage.daily.map(({ date }) => date).toSorted());
  });

  it.each(["days=0", "days=91", "days=x"])("rejects %s", async (query) => {
    const { id } = await create({ name: "unused" });
    await expectError(await call("GET", `/api-keys/${id}/usage?${query}`), "invalid_request");
  });
});
