import { describe, expect, it } from "vitest";
import { gatewayKey } from "../../../../provider/hosts/dynamic/provider";
import { STATE_OF_KEY } from "../../../support/key";

const STATE = {
  ...STATE_OF_KEY,
  key: "value",
  rotation: { triggers: { team: "1", "the other": "1" } },
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
