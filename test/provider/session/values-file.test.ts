import { execFile } from "node:child_process";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readValues } from "../../../provider/session/values-file";
import { temporaryFolder } from "../../support/folder";

/** Reads a file with this content. */
async function valuesIn(content: string | Uint8Array): Promise<string[]> {
  const path = join(await temporaryFolder(), "keys.env");
  await writeFile(path, content);
  return [...(await readValues(path, "KEYS"))];
}

describe("a file with values", () => {
  const value = crypto.randomUUID();
  it.each<[string, string, string[]]>([
    ["names", `CI=${value}`, [value]],
    ["names with spaces, slashes and emoji", `CI/CD key 🚀 = ${value}`, [value]],
    ["export", `export CI=${value}`, [value]],
    ["quotes", `A="${value}a"\nB='${value}b'\nC=\`${value}c\``, [`${value}a`, `${value}b`, `${value}c`]],
    ["comments and blank lines", `# CI=no\n\n   \nCI=${value} # the pipeline\n#`, [value]],
    ["Windows line endings", `A=${value}a\r\n\r\nB=${value}b\r\n`, [`${value}a`, `${value}b`]],
    ["a byte order mark", `\ufeffA=${value}`, [value]],
    ["values without a name", `${value}a\n  "${value}b"  \n${value}a`, [`${value}a`, `${value}b`]],
    ["a name that is repeated", `KEY=${value}a\nKEY=${value}b`, [`${value}a`, `${value}b`]],
    ["names without a value", "A=\nB=''\nexport C=", []],
    ["nothing", "", []],
  ])("may contain %s", async (_what, content, expected) => {
    expect(await valuesIn(content)).toEqual(expected);
  });

  it("may be UTF-16, as PowerShell writes it", async () => {
    expect(await valuesIn(Buffer.from(`\ufeffA=${value}\r\nB="ü"\r\n`, "utf16le"))).toEqual([value, "ü"]);
  });

  it("may be binary, and then has no value that a key could have", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7919) % 256);
    for (const found of await valuesIn(bytes)) expect(found).not.toContain(value);
  });
});

describe("an error about the file", () => {
  const failureOf = (path: string) =>
    readValues(path, "KEYS").then(
      () => "none",
      ({ code, message }) => `${code}: ${message}`,
    );

  it("names the path, the reason and what to do", async () => {
    const folder = await temporaryFolder();
    const next = "Set KEYS to the path of a file with key values, or unset it.";
    const missing = join(folder, "missing.env");
    expect(await failureOf(missing)).toBe(`invalid_config: Could not read ${missing}: it does not exist. ${next}`);
    expect(await failureOf(folder)).toBe(`invalid_config: Could not read ${folder}: it is a folder. ${next}`);

    const large = join(folder, "large.env");
    await writeFile(large, "");
    await truncate(large, 4 * 1024 * 1024 + 1);
    expect(await failureOf(large)).toBe(`invalid_config: Could not read ${large}: it is larger than 4 MB. ${next}`);

    const pipe = join(folder, "pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    expect(await failureOf(pipe)).toContain("it is not a regular file");
    await writeFile(join(folder, "file"), "");
    expect(await failureOf(join(folder, "file", "keys.env"))).toContain("it does not exist");
  });

  it("does not repeat a key value that was set instead of a path", async () => {
    const value = `dg_live_${crypto.randomUUID()}`;
    for (const given of [value, `${value},${value}`, value.repeat(100), `${value}/x`]) {
      const failure = await failureOf(given);
      expect(failure).toContain(`Could not read the file that KEYS names, relative to ${process.cwd()}: `);
      expect(failure).not.toContain(value);
    }
  });
});
