import { describe, expect, it } from "vitest";
import type { GatewayOptions } from "../../../../gateway/gateway";
import { makeKey, warnAboutOrphans } from "../../../../provider/resources/gateway-key/create";
import { requestIdFor } from "../../../../provider/resources/request-id";
import { Run } from "../../../../provider/session/run";
import { testContext } from "../../../support/context";
import { testGateway } from "../../../support/gateway";
import { KEY } from "../../../support/key";
import { apiError, scriptedServer } from "../../../support/scripted-server";

const URN = "urn:pulumi:dev::shop::dench:index:GatewayKey::ci";

const STATUS = {
  workspace: { id: "org_1", name: "Shop", slug: "shop" },
  caller: { id: "mem_1", name: "Ada", role: "admin", keyId: null },
};

/** Returns a workspace, and runs of one provider instance in it. Each run is a separate process. */
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

describe("a key that is created after a run was killed", () => {
  it("replaces the first key, which is revoked because it was not used", async () => {
    const { newRun, statuses } = await workspace();
    const orphan = await makeKey(newRun(), { name: "CI" });
    const made = await makeKey(newRun(), { name: "CI" });
    expect(await statuses()).toEqual([
      [made.key.id, "active"],
      [orphan.key.id, "revoked"],
    ]);
    expect([orphan.key.requestId, made.key.requestId]).toEqual([
      requestIdFor("instance", URN),
      requestIdFor("instance", orphan.key.id),
    ]);
  });

  it("replaces the last of many keys, and only the new one is active", async () => {
    const { gateway, newRun } = await workspace();
    for (let crash = 0; crash < 12; crash += 1) await makeKey(newRun(), { name: "CI" });
    const made = await makeKey(newRun(), { name: "CI" });
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([made.key.id]);
  });

  it("does not revoke the first key if it was used, and shows a warning with its ID", async () => {
    const { gateway, newRun, statuses, lines } = await workspace();
    const used = await makeKey(newRun(), { name: "CI" });
    await gateway.dataPlane(used.value);
    const made = await makeKey(newRun(), { name: "CI" });
    expect(await statuses()).toEqual([
      [made.key.id, "active"],
      [used.key.id, "active"],
    ]);
    expect(lines).toEqual([
      expect.stringContaining(`${used.key.id} was created for this resource before and has been used`),
    ]);
  });

  it("does not revoke the first key if the provider authenticates with it", async () => {
    const { gateway, newRun, lines } = await workspace({ keysManage: true });
    const own = await makeKey(newRun(), { name: "CI" });
    const made = await makeKey(newRun(new Run(), URN, { DENCH_API_KEY: own.value }), { name: "CI" });
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([made.key.id, own.key.id]);
    expect(lines).toEqual([
      expect.stringContaining(`${own.key.id} was created for this resource before and has been used`),
    ]);
  });

  it("does not count the provider's own wait for readiness as a use", async () => {
    const { gateway, newRun } = await workspace();
    const orphan = await makeKey(newRun(), { name: "CI", waitUntilReady: true });
    await gateway.dataPlane(orphan.value);
    const made = await makeKey(newRun(), { name: "CI", waitUntilReady: true });
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([made.key.id]);
  });

  it("does not revoke the first key if another resource of this run holds it", async () => {
    const { gateway, newRun } = await workspace();
    const held = await makeKey(newRun(), { name: "CI" });
    const run = new Run();
    run.holders.hold("urn:of:another", { keyId: held.key.id, workspaceId: "org_1" });
    await makeKey(newRun(run), { name: "CI" });
    expect(await gateway.activeKeys()).toHaveLength(2);
  });

  it("marks the first key as an orphan, so that a resource which holds it creates a new one", async () => {
    const { newRun } = await workspace();
    const first = await makeKey(newRun(), { name: "CI" });
    const run = new Run();
    await makeKey(newRun(run), { name: "CI" });
    expect(run.holders.isOrphan(first.key.id)).toBe(true);
  });

  it("does not affect the keys of another resource or another provider instance", async () => {
    const { gateway, newRun } = await workspace();
    await makeKey(newRun(), { name: "CI" });
    await makeKey(newRun(new Run(), `${URN}-2`), { name: "CI" });
    await makeKey(testContext({ env: gateway.env, urn: URN, providerId: "other" }), { name: "CI" });
    expect(await gateway.activeKeys()).toHaveLength(3);
  });
});

describe("the chain of keys", () => {
  it("starts from the key to replace if it is known", async () => {
    const { newRun } = await workspace();
    const run = new Run();
    run.holders.hold(URN, { keyId: "key_before", workspaceId: "org_1" });
    const made = await makeKey(newRun(run), { name: "CI" });
    expect(made.key.requestId).toBe(requestIdFor("instance", "key_before"));
  });

  it("fails if it never ends, after one warning and a limited number of requests, and says what to do", async () => {
    const requestIds: string[] = [];
    const server = await scriptedServer(({ method, path, body }) => {
      if (path === "/status") return { status: 200, body: STATUS };
      if (path.startsWith("/api-keys?")) return { status: 200, body: { items: [], cursor: null } };
      const id = `key_${requestIds.length}`;
      if (method === "GET") {
        return { status: 200, body: { ...KEY, id, requestId: requestIds.at(-1), status: "revoked" } };
      }
      requestIds.push(JSON.parse(body).requestId);
      const details = { keyId: `key_${requestIds.length}`, status: "revoked" };
      return apiError(409, "request_id_used", { details });
    });
    const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token" };
    const lines: string[] = [];
    const log = (_severity: string, line: string) => lines.push(line);
    const context = testContext({ env, urn: URN, providerId: "instance", log });
    await expect(makeKey(context, { name: "CI" })).rejects.toMatchObject({
      code: "chain_too_long",
      message: expect.stringContaining("another name in the program"),
    });
    expect(requestIds).toHaveLength(26);
    expect(lines).toEqual([expect.stringContaining("Earlier runs created 25 keys or more for this resource")]);
  });

  it("is followed to the newest key at any length: the rest of a long one is read from the list", async () => {
    const { gateway, newRun } = await workspace();
    let predecessor = URN;
    for (let link = 0; link < 130; link += 1) {
      const requestId = requestIdFor("instance", predecessor);
      predecessor = (await gateway.call("POST", "/api-keys", { name: "CI", requestId })).id;
      if (link % 2 === 0) await gateway.revoke(predecessor);
    }
    const made = await makeKey(newRun(), { name: "CI" });
    expect(made.key.requestId).toBe(requestIdFor("instance", predecessor));
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([made.key.id]);
  });

  it("does not revoke a key that the server names but another request created", async () => {
    const { gateway, newRun } = await workspace();
    for (const requestId of ["theirs", undefined]) {
      const foreign = await gateway.call("POST", "/api-keys", { name: "foreign", requestId });
      const context = newRun();
      context.keys.create = async () => ({ earlier: { keyId: foreign.id, status: "active" } });
      await expect(makeKey(context, { name: "CI" })).rejects.toMatchObject({ code: "unexpected_response" });
    }
    expect(await gateway.activeKeys()).toHaveLength(2);
  });

  it.each([
    ["the next run revokes it", "instance"],
    ["look for one that was created just now", undefined],
  ])("reports the key that a failed request may have created: %s", async (text, providerId) => {
    const server = await scriptedServer(({ method, path }) => {
      if (path === "/status") return { status: 200, body: STATUS };
      if (method === "GET") return { status: 200, body: { items: [{ ...KEY, requestId: "r-0" }], cursor: null } };
      return { status: 500, headers: { "retry-after": "0" } };
    });
    const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token", DENCH_MAX_RETRIES: "1" };
    const context = testContext({ env, urn: URN, ...(providerId ? { providerId } : {}) });
    await expect(makeKey(context, { name: "CI" })).rejects.toThrow(text);
    expect(server.received.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "POST", "POST"]);
  });
});

describe("an active key that was created for a resource but is not in its state", () => {
  /** Returns a resource with a key, and another key that an interrupted run created to replace it. */
  async function orphaned() {
    const { gateway, newRun, lines } = await workspace();
    const { id: workspaceId } = (await gateway.call("GET", "/status")).workspace;
    const { key: current } = await makeKey(newRun(), { name: "CI" });
    const interrupted = new Run();
    interrupted.holders.hold(URN, { keyId: current.id, workspaceId });
    const { key: orphan } = await makeKey(newRun(interrupted), { name: "CI" });
    const next = newRun();
    next.run.holders.hold(URN, { keyId: current.id, workspaceId });
    // After this number of reads by ID, the provider lists all keys.
    const readMany = async () => {
      for (let index = 0; index < 9; index += 1) await next.keys.find(`key_${index}`, workspaceId);
    };
    const warning = expect.stringMatching(
      `warning: The active key ${orphan.id} was created for this resource, which does not have it`,
    );
    return { gateway, newRun, lines, current, orphan, next, readMany, warning };
  }

  it("causes one warning with its ID, and is not revoked", async () => {
    const { gateway, next, current, readMany, lines, warning } = await orphaned();
    await readMany();
    warnAboutOrphans(next, current.id);
    warnAboutOrphans(next, current.id);
    expect(lines).toEqual([warning]);
    expect(await gateway.activeKeys()).toHaveLength(2);
  });

  it("causes the same warning if the keys are listed after the resource was planned", async () => {
    const { next, current, readMany, lines, warning } = await orphaned();
    warnAboutOrphans(next, current.id);
    expect(lines).toEqual([]);
    await readMany();
    expect(lines).toEqual([warning]);
  });

  it("causes no warning after its resource creates a key, which revokes it", async () => {
    const { gateway, next, current, readMany, lines } = await orphaned();
    warnAboutOrphans(next, current.id);
    const { key } = await makeKey(next, { name: "CI" });
    await readMany();
    expect(lines).toEqual([]);
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([key.id, current.id]);
  });
});
