import { afterEach, describe, expect, it, vi } from "vitest";
import { testContext } from "../../support/context";
import { apiError, scriptedServer } from "../../support/scripted-server";

afterEach(() => {
  vi.useRealTimers();
});

describe("a read for a plan", () => {
  const silent = async (driftCheck: "warn" | "required") => {
    const server = await scriptedServer("silence");
    return testContext({ env: { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token" }, driftCheck });
  };

  it("skips a silent server after ten seconds, for the complete run, and warns once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { keys, bestEffort } = await silent("warn");
    const said: string[] = [];
    const read = (id: string) =>
      bestEffort.read(
        () => keys.find(id, "org"),
        (reason) => said.push(reason),
      );
    const reads = Promise.all(["a", "b", "c"].map(read));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await reads).toEqual(["not read", "not read", "not read"]);
    expect(await read("d")).toBe("not read");
    expect(said).toEqual(["There was no response within 10 seconds."]);
  });

  it.each([401, 403])("always reports a %d", async (status) => {
    const server = await scriptedServer(apiError(status, "whatever"));
    const { keys, bestEffort } = testContext({ env: { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token" } });
    await expect(
      bestEffort.read(
        () => keys.find("a", "org"),
        () => {},
      ),
    ).rejects.toMatchObject({ code: status === 401 ? "unauthorized" : "forbidden" });
  });

  it("always reports a failure if it is required", async () => {
    const server = await scriptedServer({ status: 500, headers: { "retry-after": "0" } });
    const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token", DENCH_MAX_RETRIES: "0" };
    const { keys, bestEffort } = testContext({ env, driftCheck: "required" });
    await expect(
      bestEffort.read(
        () => keys.find("a", "org"),
        () => {},
      ),
    ).rejects.toMatchObject({ code: "unexpected_status" });
  });
});
