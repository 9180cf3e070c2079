import { describe, expect, it } from "vitest";
import type { Key } from "../../../contract/port";
import { Run } from "../../../provider/session/run";
import { testContext } from "../../support/context";
import { ADDITIONAL } from "../../support/key";
import { memoryApi } from "../../support/memory-api";

const KEY: Key = { ...ADDITIONAL, requestId: "r-1" };

describe("the known state of a key", () => {
  it.each([
    ["by ID", async (keys: ReturnType<typeof context>["keys"]) => keys.reread(KEY.id, "org_1")],
    ["by the list of active keys", async (keys: ReturnType<typeof context>["keys"]) => readByList(keys)],
    ["by the list of all keys", async (keys: ReturnType<typeof context>["keys"]) => keys.findCreatedWith("none")],
  ])("is the same however the key was read: %s", async (_how, read) => {
    const { keys, run } = context(new Map([[KEY.id, KEY]]));
    await read(keys);
    expect(run.known.get(KEY.id)).toEqual(KEY);
    expect(run.known.createdWith("r-1")).toEqual(KEY);
    expect(run.known.supportsRequestIds).toBe(true);
    expect(await keys.find(KEY.id, "org_1")).toEqual(KEY);
    expect(await keys.findCreatedWith("r-1")).toEqual(KEY);
  });

  it("stays revoked after a response from before the revocation", () => {
    const { known } = new Run();
    known.noteRevoked(KEY.id);
    known.note(KEY);
    expect(known.get(KEY.id)?.status).toBe("revoked");
    expect(known.createdWith("r-1")?.status).toBe("revoked");
  });
});

describe("a list that fails", () => {
  it("is read again by the next resource that needs it", async () => {
    const stored = new Map([[KEY.id, KEY]]);
    const api = memoryApi(stored);
    let failures = 1;
    const { list } = api;
    api.list = (...query) => (failures-- > 0 ? Promise.reject(new Error("lost")) : list(...query));
    const { keys } = testContext({ env: { DENCH_API_KEY: "token" }, api, driftCheck: "required" });
    await expect(keys.find(KEY.id, "org_1")).rejects.toThrow("lost");
    expect(await keys.find(KEY.id, "org_1")).toEqual(KEY);
  });
});

function context(stored: Map<string, Key>) {
  return testContext({ env: { DENCH_API_KEY: "token" }, api: memoryApi(stored) });
}

async function readByList(keys: ReturnType<typeof context>["keys"]): Promise<void> {
  for (let index = 0; index < 9; index += 1) await keys.find(`none_${index}`, "org_1");
}
