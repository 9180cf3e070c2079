import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TriedKey } from "../../../provider/client/try-key";
import { ImportValues } from "../../../provider/session/import-values";
import { Secrets } from "../../../provider/values/secrets";
import { temporaryFolder } from "../../support/folder";

const KEY = { prefix: "dg_live_", last4: "ab12" };
const valueOfKey = () => `dg_live_${crypto.randomUUID()}ab12`;
const UNKNOWN: TriedKey = { unknownBecause: "it is silent" };

interface Given {
  readonly single?: string;
  readonly file?: readonly string[];
  /** The data plane's results by value. Without it, no data plane is configured. */
  readonly results?: Readonly<Record<string, TriedKey>>;
}

async function valuesOf({ single, file, results }: Given) {
  const path = join(await temporaryFolder(), "keys.env");
  if (file) await writeFile(path, file.join("\n"));
  const secrets = new Secrets();
  const tried: string[] = [];
  const tryKey = async (value: string): Promise<TriedKey> => {
    tried.push(value);
    return results?.[value] ?? "rejected";
  };
  const env = { ...(single ? { DENCH_IMPORT_KEY: single } : {}), ...(file ? { DENCH_IMPORT_KEYS: path } : {}) };
  const values = new ImportValues({ env, secrets, tryKey: results && tryKey });
  return { values, secrets, tried, path };
}

describe("the value of an imported key", () => {
  const [value, other] = [valueOfKey(), valueOfKey()];
  const similar = [`${value}x`, `DG_LIVE_${value.slice(8)}`, "dg_live_ab12", "dg_live_••••ab12", `x${value}`];
  const stored = { value, uncheckedBecause: undefined };

  it.each<[string, Given, object]>([
    ["is not given", {}, { missing: "not given" }],
    ["is not among those that are given", { file: similar }, { missing: "not matched" }],
    ["is not in an empty file", { file: [] }, { missing: "not matched" }],
    ["is in the file", { file: [...similar, `A=${value}`] }, stored],
    ["is in the file several times", { file: [`A=${value}`, value, `B='${value}'`] }, stored],
    ["is in DENCH_IMPORT_KEY, next to a file", { single: ` ${value}\n`, file: similar }, stored],
    ["is in the file, next to another key's in DENCH_IMPORT_KEY", { single: "dg_live_other", file: [value] }, stored],
    ["is accepted", { file: [value], results: { [value]: "accepted" } }, stored],
    ["is rejected", { file: [value], results: {} }, { missing: "rejected" }],
    ["is rejected, and set by DENCH_IMPORT_KEY", { single: value, results: {} }, { missing: "rejected" }],
    [
      "cannot be checked",
      { file: [value], results: { [value]: UNKNOWN } },
      { value, uncheckedBecause: "it is silent" },
    ],
    ["is the accepted one of two", { single: other, file: [value], results: { [value]: "accepted" } }, stored],
    [
      "is the accepted one, and the other cannot be checked",
      { file: [value, other], results: { [value]: "accepted", [other]: UNKNOWN } },
      stored,
    ],
    [
      "is the only one of two that is not rejected",
      { file: [other, value], results: { [value]: UNKNOWN } },
      { value, uncheckedBecause: "it is silent" },
    ],
    ["is neither of two that are rejected", { file: [other, value], results: {} }, { missing: "rejected" }],
    [
      "is one of two that are accepted",
      { file: [other, value], results: { [value]: "accepted", [other]: "accepted" } },
      { missing: "ambiguous", undecidedBecause: undefined },
    ],
    [
      "is one of two that cannot be checked",
      { file: [other, value], results: { [value]: UNKNOWN, [other]: UNKNOWN } },
      { missing: "ambiguous", undecidedBecause: "it is silent" },
    ],
    [
      "is one of two without a data plane",
      { single: other, file: [value] },
      { missing: "ambiguous", undecidedBecause: "gatewayUrl is not set" },
    ],
  ])("%s", async (_what, given, expected) => {
    const { values } = await valuesOf(given);
    expect(await values.valueOf(KEY)).toEqual(expected);
  });

  it("is tried once, even if the key is read again", async () => {
    const { values, tried } = await valuesOf({ file: [value], results: { [value]: "accepted" } });
    await Promise.all([values.valueOf(KEY), values.valueOf(KEY)]);
    await values.valueOf(KEY);
    expect(tried).toEqual([value]);
  });

  it("is not tried after the data plane could not check another one", async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `${1000 + index}`);
    const file = keys.map((last4) => `${valueOfKey()}${last4}`);
    const { values, tried } = await valuesOf({ file, results: Object.fromEntries(file.map((one) => [one, UNKNOWN])) });
    const found = await Promise.all(keys.map((last4) => values.valueOf({ prefix: "dg_live_", last4 })));
    expect(tried).toEqual(file.slice(0, 1));
    expect(found).toEqual(file.map((one) => ({ value: one, uncheckedBecause: "it is silent" })));
  });
});

it("every value in the file is hidden in texts as soon as the file is read", async () => {
  const file = [valueOfKey(), "another secret of the file"];
  const { values, secrets } = await valuesOf({ file });
  await values.all();
  expect(secrets.clean(file.join())).toBe("[secret],[secret]");
});

it("the file is read once, and not before the first import", async () => {
  const [before, after] = [valueOfKey(), valueOfKey()];
  const { values, path } = await valuesOf({ file: [] });
  await writeFile(path, before);
  expect([...(await values.all())]).toEqual([before]);
  await writeFile(path, after);
  expect([...(await values.all())]).toEqual([before]);
});
