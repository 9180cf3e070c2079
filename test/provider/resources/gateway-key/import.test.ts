import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TriedKey } from "../../../../provider/client/try-key";
import { gatewayKey } from "../../../../provider/resources/gateway-key";
import { testContext } from "../../../support/context";
import { temporaryFolder } from "../../../support/folder";
import { testGateway } from "../../../support/gateway";
import { FaultProxy } from "../../../support/proxy";

interface Given {
  readonly keys?: number;
  /** The lines of the file with values. */
  readonly file?: (values: readonly string[]) => readonly string[];
  readonly tryKey?: (value: string) => Promise<TriedKey>;
}

/** A workspace, a file with key values, and the warnings of an import of all keys. */
async function scene({ keys = 2, file = (values) => values, tryKey }: Given = {}) {
  const gateway = await testGateway();
  const created: { readonly id: string; readonly key: string }[] = [];
  for (let index = 0; index < keys; index += 1) {
    created.push(await gateway.call("POST", "/api-keys", { name: "CI" }));
  }
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const path = join(await temporaryFolder(), "keys.env");
  await writeFile(path, file(created.map(({ key }) => key)).join("\n"));
  const warnings: string[] = [];
  const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1`, DENCH_IMPORT_KEYS: path };
  const context = testContext({ env, log: (_severity, text) => warnings.push(text), ...(tryKey ? { tryKey } : {}) });
  const imported = () => Promise.all(created.map(({ id }) => gatewayKey.read(context, { id, inputs: {} })));
  const values = async () => (await imported()).map((found) => found?.state["key"]);
  return { created, proxy, path, warnings, values };
}

describe("an import of several keys with a file of their values", () => {
  it("stores the value of each key, and warns about a key without one", async () => {
    const { created, warnings, values } = await scene({ file: ([first]) => [`CI=${first}`] });
    expect(await values()).toEqual([created[0]?.key, null]);
    expect(warnings).toEqual([
      expect.stringContaining(`The value of the key ${created[1]?.id} is not available: Dench shows it once`),
    ]);
  });

  it("gives the advice about missing values once", async () => {
    const { warnings, values } = await scene({ keys: 3, file: () => [] });
    expect(await values()).toEqual([null, null, null]);
    expect(warnings.map((text) => text.includes("add a rotation trigger"))).toEqual([true, false, false]);
  });

  it("does not store a value that the data plane rejects, and says so for each key", async () => {
    const { created, warnings, values } = await scene({ tryKey: async () => "rejected" });
    expect(await values()).toEqual([null, null]);
    for (const [index, { id }] of created.entries()) {
      expect(warnings[index]).toContain(
        `The value of the key ${id} is not available: the data plane rejects the one in the file in DENCH_IMPORT_KEYS. Check`,
      );
    }
  });

  it("stores values that the data plane cannot check, and warns once", async () => {
    const unknown = { unknownBecause: "GET /v1/models on dench.test responded with 503" };
    const { created, warnings, values } = await scene({ keys: 3, tryKey: async () => unknown });
    expect(await values()).toEqual(created.map(({ key }) => key));
    expect(warnings).toEqual([expect.stringMatching(/could not check imported key values.+responded with 503\.$/)]);
  });

  it("says why none of several values that match is stored", async () => {
    const twins = ([first = ""]: readonly string[]) => [first, `${first.slice(0, -4)}x${first.slice(-4)}`];
    const without = await scene({ keys: 1, file: twins });
    expect(await without.values()).toEqual([null]);
    expect(without.warnings.join()).toMatch(/several values in .+ match .+ gatewayUrl is not set\. Remove the wrong/);
    const accepting = await scene({ keys: 1, file: twins, tryKey: async () => "accepted" });
    expect(await accepting.values()).toEqual([null]);
    expect(accepting.warnings.join()).toContain("the data plane accepts more than one. Remove the wrong ones");
  });

  it("sends no request if the file cannot be read", async () => {
    const { proxy, path, values } = await scene();
    await writeFile(path, Buffer.alloc(5 * 1024 * 1024));
    await expect(values()).rejects.toMatchObject({ code: "invalid_config" });
    expect(proxy.passed).toEqual([]);
  });

  it("reads the list of keys, not each key", async () => {
    const { created, proxy, values } = await scene({ keys: 120 });
    expect(await values()).toEqual(created.map(({ key }) => key));
    expect(proxy.passed.length).toBeLessThanOrEqual(1 + 8 + 2);
  });
});
