import { describe, expect, it } from "vitest";
import type { Key, Made } from "../../../contract/port";
import { Run } from "../../../provider/session/run";
import type { WorkspaceKeys } from "../../../provider/session/workspace-keys";
import { type ContextOptions, testContext } from "../../support/context";
import { testGateway } from "../../support/gateway";
import { FaultProxy } from "../../support/proxy";
import { scriptedServer } from "../../support/scripted-server";

async function watchedGateway(options: Partial<ContextOptions> = {}) {
  const gateway = await testGateway();
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` };
  const requests = () => proxy.passed.map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);
  const { id: workspaceId } = (await gateway.call("GET", "/status")).workspace;
  /** Creates keys, and returns their IDs. The provider instance `instance` created the first `own` keys. */
  const make = async (count: number, own = 0) => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const requestId = index < own ? { requestId: `instance:${index}` } : {};
      ids.push((await gateway.call("POST", "/api-keys", { name: `key ${index}`, ...requestId })).id);
    }
    return ids;
  };
  const warnings: string[] = [];
  const newKeys = (run: Run) =>
    testContext({ env, run, log: (_severity, message) => warnings.push(message), ...options }).keys;
  const run = new Run();
  return { gateway, proxy, requests, run, keys: newKeys(run), newKeys, workspaceId, make, warnings };
}

function keyOf(made: Made): Key {
  if ("key" in made) return made.key;
  throw new Error(`the request ID created ${made.earlier.keyId} before`);
}

describe("the keys of a run", () => {
  it.each([
    { wanted: 3, active: 250, own: 0, bound: 3 },
    { wanted: 3, active: 250, own: 250, bound: 3 },
    { wanted: 5, active: 50, own: 0, bound: 4 },
    { wanted: 8, active: 250, own: 0, bound: 9 },
    { wanted: 9, active: 250, own: 0, bound: 11 },
    { wanted: 101, active: 101, own: 101, bound: 101 / 100 + 4 },
    { wanted: 300, active: 300, own: 300, bound: 300 / 100 + 4 },
    { wanted: 300, active: 300, own: 0, bound: 300 / 100 + 8 },
  ])(
    "are read in at most $bound requests: $wanted of $active active keys, $own of them created by this instance",
    async ({ wanted, active, own, bound }) => {
      const { requests, keys, make, workspaceId } = await watchedGateway({ providerId: "instance" });
      const ids = (await make(active, own)).slice(0, wanted);
      // One after the other, as the engine does.
      for (const id of ids) expect((await keys.find(id, workspaceId))?.id).toBe(id);
      expect(requests().length).toBeLessThanOrEqual(bound);
    },
  );

  it("are read in as few requests if all are needed together", async () => {
    const { requests, keys, make, workspaceId } = await watchedGateway();
    const ids = await make(101);
    const found = await Promise.all(ids.map((id) => keys.find(id, workspaceId)));
    expect(found.map((key) => key?.id)).toEqual(ids);
    expect(requests().length).toBeLessThanOrEqual(101 / 100 + 4);
  });

  it("are listed again if a page could not be read", async () => {
    const { requests, keys, make, workspaceId, proxy } = await watchedGateway({ providerId: "instance" });
    const ids = await make(101, 101);
    let failures = 0;
    proxy.onRequest = ({ path }) => (path.includes("cursor=") && failures++ === 0 ? { status: 400 } : "pass");
    const found = await Promise.allSettled(ids.map((id) => keys.find(id, workspaceId)));
    expect(found.some(({ status }) => status === "rejected")).toBe(true);
    for (const id of ids) expect((await keys.find(id, workspaceId))?.id).toBe(id);
    expect(requests().filter((request) => request.includes("cursor="))).toHaveLength(1);
  });

  it("are listed for the first one if the drift check is required, because only the list shows orphans", async () => {
    const { requests, keys, make, workspaceId } = await watchedGateway({ driftCheck: "required" });
    const [id = ""] = await make(1);
    expect((await keys.find(id, workspaceId))?.id).toBe(id);
    expect(requests()).toEqual(["GET /api-keys?status=active&limit=100"]);
  });

  it("are missing only if their own workspace does not have them", async () => {
    const { requests, gateway, keys, make, workspaceId } = await watchedGateway();
    const [id = ""] = await make(1);
    await gateway.revoke(id);
    expect((await keys.find(id, workspaceId))?.status).toBe("revoked");
    expect(await keys.find("key_gone", workspaceId)).toBeUndefined();
    expect(requests()).toEqual([`GET /api-keys/${id}`, "GET /api-keys/key_gone", "GET /status"]);
    await expect(keys.find("key_gone", "org_other")).rejects.toMatchObject({ code: "wrong_workspace" });
  });

  it("are known without a request if this run created or revoked them", async () => {
    const { requests, keys, workspaceId } = await watchedGateway();
    const { id } = keyOf(await keys.create({ name: "x", requestId: "r-1" }));
    expect((await keys.find(id, workspaceId))?.status).toBe("active");
    await keys.revoke(id, workspaceId);
    expect((await keys.find(id, workspaceId))?.status).toBe("revoked");
    expect(requests()).toEqual(["POST /api-keys", "GET /status", `DELETE /api-keys/${id}`]);
  });
});

describe("a creation with an unknown outcome", () => {
  const isCreation = ({ method }: { method: string }) => method === "POST";

  it("is not retried before the server has shown a request ID, and the list shows the key", async () => {
    const { gateway, proxy, requests, keys } = await watchedGateway();
    let lost = 0;
    proxy.onResponse = (request) => (isCreation(request) && lost++ === 0 ? { status: 502 } : "pass");
    const made = await keys.create({ name: "x", requestId: "r-1" });
    const [key] = await gateway.activeKeys();
    expect(made).toEqual({ earlier: { keyId: key?.id, status: "active" } });
    expect(requests()).toEqual(["POST /api-keys", "GET /api-keys?status=active&limit=100"]);
    expect(await gateway.activeKeys()).toHaveLength(1);
  });

  it("is retried if another key in the list shows a request ID", async () => {
    const { gateway, proxy, keys } = await watchedGateway();
    await gateway.call("POST", "/api-keys", { name: "other", requestId: "r-0" });
    let lost = 0;
    proxy.onRequest = (request) => (isCreation(request) && lost++ === 0 ? { status: 502 } : "pass");
    expect(keyOf(await keys.create({ name: "x", requestId: "r-1" })).requestId).toBe("r-1");
    expect(await gateway.activeKeys()).toHaveLength(2);
  });

  it("is retried without a list if this run has seen a request ID", async () => {
    const { proxy, requests, keys } = await watchedGateway();
    await keys.create({ name: "x", requestId: "r-1" });
    let lost = 0;
    proxy.onRequest = (request) => (isCreation(request) && lost++ === 0 ? { status: 502 } : "pass");
    await keys.create({ name: "y", requestId: "r-2" });
    expect(requests()).toEqual(["POST /api-keys", "POST /api-keys", "POST /api-keys"]);
  });

  it("is not retried on a server that ignores request IDs, and the error names the possibly created keys", async () => {
    const { gateway, proxy, requests, keys } = await watchedGateway();
    const before = await gateway.call("POST", "/api-keys", { name: "other" });
    proxy.rewrite = withoutRequestIds;
    proxy.onResponse = (request) => (isCreation(request) ? { status: 502 } : "pass");
    const failure = keys.create({ name: "x", requestId: "r-1" });
    const [made] = await failure.then(
      () => [],
      () => gateway.activeKeys(),
    );
    await expect(failure).rejects.toMatchObject({
      code: "unexpected_status",
      message: expect.stringContaining(`may have created ${made?.id}`),
    });
    await expect(failure).rejects.not.toThrow(before.id);
    expect(requests()).toEqual(["POST /api-keys", "GET /api-keys?status=active&limit=100"]);
  });

  it("names the page to check if the list cannot be read either", async () => {
    const server = await scriptedServer({ status: 500, headers: { "retry-after": "0" } });
    const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token", DENCH_MAX_RETRIES: "0" };
    await expect(testContext({ env }).keys.create({ name: "x", requestId: "r-1" })).rejects.toThrow(
      /could not check whether the server created a key: at Settings → API Keys, look/,
    );
    expect(server.received.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });
});

/** Returns the body as a server without request IDs would send it. */
function withoutRequestIds(body: string): string {
  return body.replaceAll(/"requestId":("[^"]*"|null)/g, '"requestId":null');
}

describe("a server that ignores request IDs", () => {
  it("causes one warning per run, and its keys are still created", async () => {
    const { proxy, keys, run, warnings } = await watchedGateway();
    proxy.rewrite = withoutRequestIds;
    await keys.create({ name: "x", requestId: "r-1" });
    await keys.create({ name: "y", requestId: "r-2" });
    expect(warnings).toEqual([expect.stringMatching(/does not support request IDs/)]);
    expect(run.known.supportsRequestIds).toBe(false);
  });
});

describe("a created key", () => {
  const expectRejected = async (keys: Pick<WorkspaceKeys, "create">) =>
    expect(keys.create({ name: "y", requestId: "r-2" })).rejects.toMatchObject({ code: "unexpected_response" });

  it("is rejected if an earlier request created it, with any request ID", async () => {
    for (const change of [(body: string) => body, withoutRequestIds]) {
      const { proxy, keys } = await watchedGateway();
      const bodies: string[] = [];
      proxy.rewrite = (body, { method }) => {
        if (method === "POST") bodies.push(body);
        return method === "POST" ? change(bodies[0] ?? "") : body;
      };
      await keys.create({ name: "x", requestId: "r-1" });
      await expectRejected(keys);
    }
  });

  it("is rejected if another resource of the run has it", async () => {
    const { gateway, proxy, newKeys } = await watchedGateway();
    const held = await gateway.call("POST", "/api-keys", { name: "held", requestId: "r-0" });
    const run = new Run();
    run.holders.hold("urn:of:another", { keyId: held.id, workspaceId: "org_1" });
    proxy.rewrite = (body) => body.replaceAll(/"id":"key_\w+"/g, `"id":"${held.id}"`);
    await expectRejected(newKeys(run));
    expect((await gateway.activeKeys()).map(({ id }) => id)).toContain(held.id);
  });

  it("is rejected if another request created it", async () => {
    const { proxy, keys } = await watchedGateway();
    proxy.rewrite = (body) => body.replaceAll('"requestId":"r-2"', '"requestId":"theirs"');
    await expectRejected(keys);
  });
});
