import { describe, expect, it } from "vitest";
import { functions } from "../../../provider/functions/registry";
import { testContext } from "../../support/context";
import { failureOf } from "../../support/failure";
import { type TestGateway, testGateway } from "../../support/gateway";
import { scriptedServer } from "../../support/scripted-server";

const DAY = 86_400_000;
const START = Date.parse("2026-05-01T00:00:00Z");

/** Returns a workspace with these keys, created in this order, and a clock that the test controls. */
async function workspaceWith(...names: string[]) {
  const now = { ms: START };
  const gateway = await testGateway({ clock: () => now.ms });
  const made = [];
  for (const name of names) made.push(await gateway.call("POST", "/api-keys", { name, scopes: ["models:read"] }));
  const context = () => testContext({ env: gateway.env, now: now.ms });
  return { gateway, made, now, context };
}

const use = (gateway: TestGateway, value: unknown) => gateway.dataPlane(value);

describe("getGatewayKey", () => {
  it("reads an active or revoked key by its ID, with times in RFC 3339 and without its value", async () => {
    const { gateway, made, now, context } = await workspaceWith("CI");
    const [{ id, key }] = made;
    now.ms += DAY;
    await use(gateway, key);
    await gateway.revoke(id);
    const found = await functions.getGatewayKey.call(context(), { keyId: id });
    expect(found).toMatchObject({
      id,
      name: "CI",
      kind: "additional",
      status: "revoked",
      scopes: ["models:read"],
      createdAt: "2026-05-01T00:00:00Z",
      lastUsedAt: "2026-05-02T00:00:00Z",
      revokedAt: "2026-05-02T00:00:00Z",
      requests30d: 1,
    });
    expect(JSON.stringify(found)).not.toContain(key);
  });

  it("reads the only active key with a name", async () => {
    const { gateway, made, context } = await workspaceWith("CI", "CI", "Other");
    await gateway.revoke(made[0].id);
    expect(await functions.getGatewayKey.call(context(), { name: "CI" })).toMatchObject({ id: made[1].id });
  });

  it("accepts a name that YAML passes as a number", async () => {
    const { made, context } = await workspaceWith("2026");
    expect(await functions.getGatewayKey.call(context(), { name: 2026 })).toMatchObject({ id: made[0].id });
  });

  it("fails if several active keys have the name, and says to set keyId", async () => {
    const { context } = await workspaceWith("CI", "CI");
    const call = functions.getGatewayKey.call(context(), { name: "CI" });
    await expect(call).rejects.toMatchObject({ code: "ambiguous", message: expect.stringContaining("Set keyId") });
  });

  it("fails for a key that does not exist", async () => {
    const { gateway, made, context } = await workspaceWith("CI");
    await gateway.revoke(made[0].id);
    for (const args of [{ name: "CI" }, { keyId: "key_none" }]) {
      await expect(functions.getGatewayKey.call(context(), args)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  it.each([
    [{}, "Set either keyId or name"],
    [{ keyId: "key_1", name: "CI" }, "Set either keyId or name"],
    [{ keyId: "" }, "keyId: must not be empty"],
    [{ nam: "CI" }, 'there is no argument "nam"; did you mean "name"?'],
  ])("rejects the arguments %j without a request to the workspace", async (args, reason) => {
    const call = functions.getGatewayKey.call(testContext({ env: {} }), args);
    expect(await failureOf(call)).toContain(reason);
  });
});

describe("getGatewayKeys", () => {
  const names = async (context: ReturnType<typeof testContext>, args: object) =>
    (await functions.getGatewayKeys.call(context, { ...args })).keys.map(({ name }) => name);

  it("returns the active keys, newest first, and the revoked ones with includeRevoked", async () => {
    const { gateway, made, context } = await workspaceWith("a", "b", "c");
    await gateway.revoke(made[1].id);
    expect(await names(context(), {})).toEqual(["c", "a"]);
    expect(await names(context(), { includeRevoked: true })).toEqual(["c", "b", "a"]);
  });

  it("finds keys that were not used for a number of days, counting from the creation for a key that was never used", async () => {
    const { gateway, made, now, context } = await workspaceWith("used", "never used");
    now.ms += 10 * DAY;
    await use(gateway, made[0].key);
    expect(await names(context(), { unusedForDays: 10 })).toEqual(["never used"]);
    expect(await names(context(), { unusedForDays: 11 })).toEqual([]);
    now.ms += 10 * DAY;
    expect(await names(context(), { unusedForDays: 10 })).toEqual(["never used", "used"]);
  });

  it("finds keys of a minimum age in days, used or not", async () => {
    const { gateway, made, now, context } = await workspaceWith("old");
    now.ms += 30 * DAY;
    await use(gateway, made[0].key);
    await gateway.call("POST", "/api-keys", { name: "new" });
    expect(await names(context(), { olderThanDays: 30 })).toEqual(["old"]);
    expect(await names(context(), { olderThanDays: 30, unusedForDays: 1 })).toEqual([]);
    // The keys were created after the run began.
    now.ms = START - 1000;
    expect(await names(context(), { olderThanDays: 0, unusedForDays: 0 })).toHaveLength(
      await names(context(), {}).then(({ length }) => length),
    );
  });

  it("returns the usage of each key and the ID of the request that created it", async () => {
    const { gateway, made, context } = await workspaceWith("a");
    await gateway.call("POST", "/api-keys", { name: "b", requestId: "stack-1:b" });
    await use(gateway, made[0].key);
    const { keys } = await functions.getGatewayKeys.call(context(), {});
    expect(keys).toMatchObject([
      { name: "b", requests30d: 0, costUsd30d: 0, requestId: "stack-1:b" },
      { name: "a", requests30d: 1, requestId: undefined },
    ]);
  });

  it("reads every page of a long list", async () => {
    const { context } = await workspaceWith(...Array.from({ length: 101 }, (_, index) => `key ${index}`));
    expect(await names(context(), {})).toHaveLength(101);
  });

  it("fails with unusedForDays if the server does not report the last use of a key", async () => {
    const { lastUsedAt: _untold, ...key } = (await workspaceWith("CI")).made[0];
    const server = await scriptedServer({ status: 200, body: { items: [key], cursor: null } });
    const context = testContext({ env: { DENCH_API_KEY: "token", DENCH_BASE_URL: server.url } });
    await expect(functions.getGatewayKeys.call(context, { unusedForDays: 1 })).rejects.toMatchObject({
      code: "last_use_unknown",
    });
  });
});

describe("getKeyUsage", () => {
  it("returns the usage of the last 30 days, in total and by day, today last", async () => {
    const { gateway, made, now, context } = await workspaceWith("CI");
    now.ms += 40 * DAY;
    await use(gateway, made[0].key);
    const usage = await functions.getKeyUsage.call(context(), { keyId: made[0].id });
    expect(usage).toMatchObject({ keyId: made[0].id, requests: 1 });
    expect(usage.daily).toHaveLength(30);
    expect(usage.daily.at(-1)).toEqual({ date: "2026-06-10", requests: 1, costUsd: usage.costUsd });
    expect(Object.keys(usage)).toEqual(["keyId", "requests", "costUsd", "daily"]);
  });
});

describe("getWorkspace", () => {
  it("returns the workspace and the member that the token belongs to", async () => {
    const { gateway, context } = await workspaceWith();
    const { workspace, caller } = await gateway.call("GET", "/status");
    const { keyId: _own, ...member } = caller;
    expect(await functions.getWorkspace.call(context(), {})).toEqual({ ...workspace, caller: member });
  });
});

describe("every function", () => {
  const args = {
    getGatewayKey: { keyId: "key_1" },
    getGatewayKeys: {},
    getKeyUsage: { keyId: "key_1" },
    getWorkspace: {},
  };
  const calls = Object.entries(functions).map(([name, called]) => ({ name, called, args: { ...args }[name] ?? {} }));

  it.each(calls)("rejects the token of another workspace: $name", async ({ called, args }) => {
    const gateway = await testGateway();
    const context = testContext({ env: { ...gateway.env, DENCH_WORKSPACE: "another" } });
    await expect(called.call(context, args)).rejects.toMatchObject({ code: "wrong_workspace" });
  });

  it.each(calls)("says where to set a token if there is none: $name", async ({ called, args }) => {
    const failure = await failureOf(called.call(testContext({ env: {} }), args));
    expect(failure).toContain("export DENCH_API_KEY=");
  });
});
