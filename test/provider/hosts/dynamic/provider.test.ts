import { describe, expect, it } from "vitest";
import { gatewayKey } from "../../../../provider/hosts/dynamic/provider";

const STATE = {
  name: "CI",
  key: "value",
  rotation: { triggers: { team: "1", "the other": "1" } },
  keyId: "key_1",
  workspaceId: "org_1",
  prefix: "dg_live_",
  last4: "abcd",
  status: "active",
  createdAt: "2026-01-01T00:00:00.000Z",
  createdBy: "Ada",
};

/** Returns the configured provider, as Pulumi's host uses it. */
async function configured() {
  const config = new Map([["dench:driftCheck", "off"]]);
  const get = (key: string) => config.get(key);
  await gatewayKey.configure?.({ config: { get, require: (key) => get(key) ?? expect.fail(key) } });
  return gatewayKey;
}

describe("the dynamic provider", () => {
  it("names each top-level property that requires a replacement once", async () => {
    const provider = await configured();
    const news = { name: "CI", rotation: { triggers: { team: "2", "the other": "2" } } };
    expect(await provider.diff?.("key_1", STATE, news)).toEqual({ changes: true, replaces: ["rotation"] });
  });
});
