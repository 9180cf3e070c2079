import { describe, expect, it } from "vitest";
import type { GatewayOptions } from "../../../../gateway/gateway";
import { requestIdFor } from "../../../../provider/request-id";
import { makeKey, tellOfOrphans } from "../../../../provider/resources/gateway-key/making";
import { Run } from "../../../../provider/run";
import { testContext } from "../../../support/context";
import { testGateway } from "../../../support/gateway";
import { apiError, scriptedServer } from "../../../support/scripted-server";

const URN = "urn:pulumi:dev::shop::dench:index:GatewayKey::ci";

const STATUS = {
  workspace: { id: "org_1", name: "Shop", slug: "shop" },
  caller: { id: "mem_1", name: "Ada", role: "admin", keyId: null },
};

/** A workspace, and runs of one provider instance in it, each a process of its own. */
async function workspace(options: Partial<GatewayOptions> = {}) {
  const gateway = await testGateway(options);
  const lines: string[] = [];
  const newRun = (run = new Run(), urn = URN, env: Readonly<Record<string, string>> = {}) =>
    testContext({
      env: { ...gateway.env, ...env },
      urn,
      providerId: "instance",
      run,
      log: (severity, message) => lines.push(`${severity}: ${message}`),
    });
  const statuses = async () => (await gateway.keys()).map(({ id, status }) => [id, status]);
  return { gateway, newRun, statuses, lines };
}

describe("a key made in the next run, after one that died with it", () => {
  it("takes the place of the first, which is revoked as nobody has used it", async () => {
    const { newRun, statuses } = await workspace();
    const orphan = await makeKey(newRun(), { name: "CI" });
    const made = await makeKey(newRun(), { name: "CI" });
    expect(await statuses()).toEqual([
      [made.id, "active"],
      [orphan.id, "revoked"],
    ]);
    expect([orphan.requestId, made.requestId]).toEqual([
      requestIdFor("instance", URN),
      requestIdFor("instance", orphan.id),
    ]);
  });

  it("takes the place of the last of many", async () => {
    const { gateway, newRun } = await workspace();
    for (let crash = 0; crash < 12; crash += 1) await makeKey(newRun(), { name: "CI" });
    const made = await makeKey(newRun(), { name: "CI" });
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([made.id]);
  });

  it("leaves the first alone if it was used, and says so with its id", async () => {
    const { gateway, newRun, statuses, lines } = await workspace();
    const used = await makeKey(newRun(), { name: "CI" });
    await gateway.dataPlane(used.key);
    const made = await makeKey(newRun(), { name: "CI" });
    expect(await statuses()).toEqual([
      [made.id, "active"],
      [used.id, "active"],
    ]);
    expect(lines).toEqual([expect.stringContaining(`${used.id} was made for this resource before and has been used`)]);
  });

  it("leaves the first alone if the provider is logged in with it, which is a use", async () => {
    const { gateway, newRun, lines } = await workspace({ keysManage: true });
    const own = await makeKey(newRun(), { name: "CI" });
    const made = await makeKey(newRun(new Run(), URN, { DENCH_API_KEY: own.key }), { name: "CI" });
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([made.id, own.id]);
    expect(lines).toEqual([expect.stringContaining(`${own.id} was made for this resource before and has been used`)]);
  });

  it("does not take its own wait for readiness for a use", async () => {
    const { gateway, newRun } = await workspace();
    const orphan = await makeKey(newRun(), { name: "CI", waitUntilReady: true });
    await gateway.dataPlane(orphan.key);
    const made = await makeKey(newRun(), { name: "CI", waitUntilReady: true });
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([made.id]);
  });

  it("leaves the first alone if another resource of this run holds it", async () => {
    const { gateway, newRun } = await workspace();
    const held = await makeKey(newRun(), { name: "CI" });
    const run = new Run();
    run.hold("urn:of:another", { keyId: held.id, workspaceId: "org_1" });
    await makeKey(newRun(run), { name: "CI" });
    expect(await gateway.activeKeys()).toHaveLength(2);
  });

  it("marks the first before it is revoked, so that a resource which turns out to hold it asks for a new one", async () => {
    const { newRun } = await workspace();
    const first = await makeKey(newRun(), { name: "CI" });
    const run = new Run();
    await makeKey(newRun(run), { name: "CI" });
    expect(run.hasRevoked(first.id)).toBe(true);
  });

  it("is another one for another resource, and for another provider instance", async () => {
    const { gateway, newRun } = await workspace();
    await makeKey(newRun(), { name: "CI" });
    await makeKey(newRun(new Run(), `${URN}-2`), { name: "CI" });
    await makeKey(testContext({ env: gateway.env, urn: URN, providerId: "other" }), { name: "CI" });
    expect(await gateway.activeKeys()).toHaveLength(3);
  });
});

describe("the chain of keys", () => {
  it("starts from the key to be replaced, once it is known", async () => {
    const { newRun } = await workspace();
    const run = new Run();
    run.hold(URN, { keyId: "key_before", workspaceId: "org_1" });
    const made = await makeKey(newRun(run), { name: "CI" });
    expect(made.requestId).toBe(requestIdFor("instance", "key_before"));
  });

  it("that never ends is an error with a way out", async () => {
    let link = 0;
    const server = await scriptedServer(({ path }) => {
      if (path === "/status") return { status: 200, body: STATUS };
      link += 1;
      return apiError(409, "request_id_used", { details: { keyId: `key_${link}`, status: "revoked" } });
    });
    const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token" };
    const context = testContext({ env, urn: URN, providerId: "instance" });
    await expect(makeKey(context, { name: "CI" })).rejects.toMatchObject({
      code: "chain_too_long",
      message: expect.stringContaining("another name in the program"),
    });
  });

  it.each([
    ["the next run ends it", "instance"],
    ["look for one that was made just now", undefined],
  ])("that breaks with an unknown outcome says what becomes of the key: %s", async (text, providerId) => {
    const server = await scriptedServer(({ path }) =>
      path === "/status" ? { status: 200, body: STATUS } : { status: 500, headers: { "retry-after": "0" } },
    );
    const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token", DENCH_MAX_RETRIES: "1" };
    const context = testContext({ env, urn: URN, ...(providerId ? { providerId } : {}) });
    await expect(makeKey(context, { name: "CI" })).rejects.toThrow(text);
    expect(server.received.map(({ method }) => method)).toEqual(["GET", "POST", "POST"]);
  });
});

describe("an active key that was made for a resource and that it does not have", () => {
  it("is told of once, with its id, and left alone", async () => {
    const { gateway, newRun, lines } = await workspace();
    const current = await makeKey(newRun(), { name: "CI" });
    const interrupted = new Run();
    interrupted.hold(URN, { keyId: current.id, workspaceId: "org_1" });
    const orphan = await makeKey(newRun(interrupted), { name: "CI" });

    const next = newRun();
    next.run.hold(URN, { keyId: current.id, workspaceId: "org_1" });
    await next.keys.find(current.id, "org");
    await tellOfOrphans(next, current.id);
    await tellOfOrphans(next, current.id);
    expect(lines).toEqual([
      expect.stringMatching(`warning: The active key ${orphan.id} was made for this resource, which does not have it`),
    ]);
    expect(await gateway.activeKeys()).toHaveLength(2);
  });
});
