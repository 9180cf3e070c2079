import { describe, expect, it } from "vitest";
import { operations } from "../../contract";
import { testGateway } from "../support/gateway";
import { Visitor } from "./dashboard/visitor";
import { deleteSlowly, postSlowly } from "./raw-http";

const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` });

describe("the management API refuses a token that is revoked while the body arrives:", () => {
  const posts = Object.entries(operations).filter(([, { method }]) => method === "POST");

  it.each(posts)("the primary key, by a rotation during %s", async (_name, { path }) => {
    const gateway = await testGateway();
    const { key } = await gateway.call("POST", "/api-keys/primary/reveal");
    const body = JSON.stringify({ name: "late", requestId: "late" });
    const send = await postSlowly(gateway.gateway.baseUrl + path, bearer(key), body);
    const { id } = await gateway.call("POST", "/api-keys/primary/rotate", {});
    expect(await send()).toMatchObject({ status: 401, body: { error: { code: "unauthorized" } } });
    expect(await gateway.keys()).toEqual([]);
    expect(await gateway.call("GET", "/api-keys/primary")).toMatchObject({ id });
  });

  it("the primary key, by a rotation during revokeKey", async () => {
    const gateway = await testGateway();
    const { key } = await gateway.call("POST", "/api-keys/primary/reveal");
    const { id } = await gateway.call("POST", "/api-keys", { name: "stays" });
    const send = await deleteSlowly(`${gateway.gateway.baseUrl}/api-keys/${id}`, bearer(key));
    await gateway.call("POST", "/api-keys/primary/rotate", {});
    expect(await send()).toMatchObject({ status: 401, body: { error: { code: "unauthorized" } } });
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["stays"]);
  });

  it("an additional key, with --keys-manage", async () => {
    const gateway = await testGateway({ keysManage: true });
    const { id, key } = await gateway.call("POST", "/api-keys", { name: "ci" });
    const send = await postSlowly(`${gateway.gateway.baseUrl}/api-keys`, bearer(key), '{"name":"late"}');
    await gateway.revoke(id);
    expect(await send()).toMatchObject({ status: 401 });
    expect(await gateway.activeKeys()).toEqual([]);
  });
});

describe("a session that is signed out while a form arrives", () => {
  it.each([
    ["creates no key", () => "/settings/api-keys"],
    ["revokes no key", (id: string) => `/settings/api-keys/${id}/revoke`],
    ["does not reveal the primary key", () => "/settings/api-keys/primary/reveal"],
    ["does not rotate the primary key", () => "/settings/api-keys/primary/rotate"],
  ])("%s", async (_what, pathOf) => {
    const gateway = await testGateway();
    const visitor = await Visitor.signedIn(gateway);
    const { id } = await gateway.call("POST", "/api-keys", { name: "stays" });
    const primary = await gateway.call("GET", "/api-keys/primary");
    const form = new URLSearchParams({ name: "late", requestId: "late" }).toString();
    const headers = {
      cookie: visitor.cookie,
      origin: gateway.gateway.url,
      "content-type": "application/x-www-form-urlencoded",
    };
    const send = await postSlowly(gateway.gateway.url + pathOf(id), headers, form);
    await visitor.post("/sign-out");
    const response = await send();
    expect(response?.status).toBe(303);
    expect(JSON.stringify(response)).not.toContain("dg_live_");
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["stays"]);
    expect(await gateway.call("GET", "/api-keys/primary")).toEqual(primary);
  });
});

it("the data plane refuses a key that is revoked while the body arrives", async () => {
  const gateway = await testGateway();
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "app" });
  const body = JSON.stringify({ model: "dench-local-echo", messages: [{ role: "user", content: "late" }] });
  const send = await postSlowly(`${gateway.gateway.gatewayUrl}/v1/chat/completions`, bearer(key), body);
  await gateway.revoke(id);
  expect(await send()).toMatchObject({ status: 401, body: { error: { code: "invalid_gateway_api_key" } } });
  expect(await gateway.call("GET", `/api-keys/${id}`)).toMatchObject({ usage30d: { requests: 0 } });
});
