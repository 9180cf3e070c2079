import { afterEach, describe, expect, it, vi } from "vitest";
import { testContext } from "../../support/context";
import { testGateway } from "../../support/gateway";
import { FaultProxy } from "../../support/proxy";
import { apiError, scriptedServer } from "../../support/scripted-server";

afterEach(() => {
  vi.useRealTimers();
});

async function watchedGateway() {
  const gateway = await testGateway();
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` };
  const requests = () => proxy.passed.map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);
  return { gateway, requests, keys: testContext({ env }).keys };
}

describe("the keys of a workspace", () => {
  it("are listed once, page by page, however many are asked for", async () => {
    const { gateway, requests, keys } = await watchedGateway();
    const { id: workspaceId } = (await gateway.call("GET", "/status")).workspace;
    const ids: string[] = [];
    for (let index = 0; index < 101; index += 1) {
      ids.push((await gateway.call("POST", "/api-keys", { name: `key ${index}` })).id);
    }
    const found = await Promise.all(ids.map((id) => keys.find(id, workspaceId)));
    expect(found.map((key) => key?.id)).toEqual(ids);
    expect(requests()).toEqual([
      "GET /api-keys?status=active&limit=100",
      expect.stringMatching(/^GET \/api-keys\?status=active&limit=100&cursor=/),
    ]);
  });

  it("that are not among the active ones are asked for by id", async () => {
    const { gateway, requests, keys } = await watchedGateway();
    const { id: workspaceId } = (await gateway.call("GET", "/status")).workspace;
    const { id } = await gateway.call("POST", "/api-keys", { name: "x" });
    await gateway.revoke(id);
    expect((await keys.find(id, workspaceId))?.status).toBe("revoked");
    expect(await keys.find("key_gone", workspaceId)).toBeUndefined();
    expect(requests().slice(1)).toEqual([`GET /api-keys/${id}`, "GET /api-keys/key_gone", "GET /status"]);
  });

  it("that this run made or revoked are known without asking", async () => {
    const { gateway, requests, keys } = await watchedGateway();
    const { id: workspaceId } = (await gateway.call("GET", "/status")).workspace;
    await keys.find("key_gone", workspaceId);
    const { id } = await keys.create({ name: "x" });
    const before = requests().length;
    expect((await keys.find(id, workspaceId))?.status).toBe("active");
    await keys.revoke(id, workspaceId);
    expect((await keys.find(id, workspaceId))?.status).toBe("revoked");
    expect(requests().slice(before)).toEqual([`DELETE /api-keys/${id}`]);
  });
});

describe("a glimpse for a plan", () => {
  it("gives up a silent server after ten seconds in all, and says so once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const server = await scriptedServer("silence");
    const { keys } = testContext({ env: { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token" } });
    const said: string[] = [];
    const sights = Promise.all(
      ["a", "b", "c"].map((id) =>
        keys.glimpse(
          () => keys.find(id, "org"),
          (reason) => said.push(reason),
        ),
      ),
    );
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await sights).toEqual(["not asked", "not asked", "not asked"]);
    expect(
      await keys.glimpse(
        () => keys.find("d", "org"),
        (reason) => said.push(reason),
      ),
    ).toBe("not asked");
    expect(said).toEqual(["no answer within 10 seconds"]);
  });

  it.each([401, 403])("does not pass over a %d", async (status) => {
    const server = await scriptedServer(apiError(status, "whatever"));
    const { keys } = testContext({ env: { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token" } });
    await expect(
      keys.glimpse(
        () => keys.find("a", "org"),
        () => {},
      ),
    ).rejects.toMatchObject({
      code: status === 401 ? "unauthorized" : "forbidden",
    });
  });
});
