import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../support/folder";
import { testGateway } from "../../support/gateway";
import { listening, spawnGateway } from "../gateway-process";

it("accepts an active key, counts the request and records its time", async () => {
  const gateway = await testGateway({ clock: () => 1_800_000_000_000 });
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "app" });
  const response = await fetch(`${gateway.gateway.gatewayUrl}/v1/models`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ object: "list", data: [{ object: "model" }] });
  expect(await gateway.call("GET", `/api-keys/${id}`)).toMatchObject({
    lastUsedAt: 1_800_000_000_000,
    usage30d: { requests: 1, costUsd: 0 },
  });
});

it("accepts the primary key", async () => {
  const gateway = await testGateway();
  const { key } = await gateway.call("POST", "/api-keys/primary/reveal");
  expect(await gateway.dataPlane(key)).toBe(200);
});

it("rejects a revoked key, an unknown key and a member token with an error in OpenAI's form", async () => {
  const gateway = await testGateway();
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "app" });
  await gateway.revoke(id);
  for (const value of [key, "dg_live_unknown", "", gateway.gateway.adminToken]) {
    const response = await fetch(`${gateway.gateway.gatewayUrl}/v1/models`, {
      headers: { authorization: `Bearer ${value}` },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: "invalid_gateway_api_key", param: null } });
  }
});

it("requires the scope models:read to list models", async () => {
  const gateway = await testGateway();
  const { key } = await gateway.call("POST", "/api-keys", { name: "app", scopes: ["chat:completions"] });
  expect(await gateway.dataPlane(key)).toBe(403);
});

it("grants both known scopes when none are requested", async () => {
  const gateway = await testGateway();
  const { scopes } = await gateway.call("POST", "/api-keys", { name: "app" });
  expect(scopes).toEqual(["models:read", "chat:completions"]);
});

it("rejects a new key value while it propagates, and so the primary key after a rotation", async () => {
  let now = 1_800_000_000_000;
  const gateway = await testGateway({ clock: () => now, monotonicClock: () => now, propagationSeconds: 5 });
  const { key } = await gateway.call("POST", "/api-keys", { name: "app" });
  await gateway.call("POST", "/api-keys/primary/rotate", {});
  const { key: primary } = await gateway.call("POST", "/api-keys/primary/reveal");
  now += 4999;
  expect(await Promise.all([key, primary].map((value) => gateway.dataPlane(value)))).toEqual([401, 401]);
  now += 1;
  expect(await Promise.all([key, primary].map((value) => gateway.dataPlane(value)))).toEqual([200, 200]);
});

const HOUR_MS = 60 * 60 * 1000;

it.each([0, 5])("accepts a key after a propagation of %s s although the clock is set back an hour", async (seconds) => {
  let now = 1_800_000_000_000;
  let elapsed = 0;
  const gateway = await testGateway({
    clock: () => now,
    monotonicClock: () => elapsed,
    propagationSeconds: seconds,
  });
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "app" });
  const { key: primary } = await gateway.call("POST", "/api-keys/primary/reveal");
  const use = () => Promise.all([key, primary].map((value) => gateway.dataPlane(value)));
  now -= HOUR_MS;
  if (seconds > 0) {
    expect(await use()).toEqual([401, 401]);
    elapsed += seconds * 1000;
  }
  expect(await use()).toEqual([200, 200]);
  now += 2 * HOUR_MS;
  expect(await use()).toEqual([200, 200]);
  now -= 2 * HOUR_MS;
  await gateway.revoke(id);
  const { createdAt, revokedAt } = await gateway.call("GET", `/api-keys/${id}`);
  expect(revokedAt).toBe(createdAt);
  expect(await use()).toEqual([401, 200]);
});

it("rejects a new key value while it propagates although the gateway is restarted", async () => {
  let now = 1_800_000_000_000;
  const data = join(await temporaryFolder(), "gateway.db");
  const gateway = await testGateway({ data, clock: () => now, monotonicClock: () => now, propagationSeconds: 5 });
  const { key } = await gateway.call("POST", "/api-keys", { name: "app" });
  await gateway.restart();
  now += 4999;
  expect(await gateway.dataPlane(key)).toBe(401);
  now += 1;
  expect(await gateway.dataPlane(key)).toBe(200);
});

it("rejects a key as soon as another process has revoked it in the same database", async () => {
  const folder = await temporaryFolder();
  const data = join(folder, "gateway.db");
  const gateway = await testGateway({ data });
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "app" });
  expect(await gateway.dataPlane(key)).toBe(200);
  const other = await listening(spawnGateway("--port", "0", "--json", "--data", data));
  await fetch(`${other.baseUrl}/api-keys/${id}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${other.adminToken}` },
  });
  expect(await gateway.dataPlane(key)).toBe(401);
  expect(await gateway.call("GET", `/api-keys/${id}/usage`)).toMatchObject({ requests: 1 });
});
