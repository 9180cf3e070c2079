import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readStates } from "../../../provider/inventory/states";
import { temporaryFolder } from "../../support/folder";

const state = (stack: string) =>
  JSON.stringify({
    version: 3,
    deployment: {
      resources: [{ urn: `urn:pulumi:${stack}::shop::pulumi:pulumi:Stack::shop`, type: "pulumi:pulumi:Stack" }],
    },
  });

const read = (...files: string[]) =>
  readStates(files, { progress: { show: () => {} }, signal: new AbortController().signal });

it("tells two states of one stack apart by their files", async () => {
  const folder = await temporaryFolder();
  const [one, two] = [join(folder, "one.json"), join(folder, "two.json")];
  for (const file of [one, two]) await writeFile(file, state("dev"));
  const stacks = await read(one, two);
  expect(stacks.map(({ file, name }) => ({ file, name }))).toEqual([
    { file: one, name: "shop/dev" },
    { file: two, name: "shop/dev" },
  ]);
});

it.each(["utf8", "utf16le"] as const)("reads a state with a byte order mark in %s", async (encoding) => {
  const file = join(await temporaryFolder(), "dev.json");
  await writeFile(file, `\ufeff${state("dev")}`, encoding);
  expect(await read(file)).toMatchObject([{ name: "shop/dev" }]);
});

it("names the file that it cannot read, the reason and the next step", async () => {
  const folder = await temporaryFolder();
  await expect(read(join(folder, "none.json"))).rejects.toMatchObject({
    code: "invalid_state",
    message: `Could not read the state ${join(folder, "none.json")}: there is no such file. Check the path, and run again.`,
  });
  await expect(read(folder)).rejects.toThrow("it is a folder. Name the files in it, and run again.");
  await expect(read("-", "-")).rejects.toThrow("Could not read the state stdin: it is named twice.");
});
