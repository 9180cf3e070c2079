import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { expect, it } from "vitest";
import * as contract from "../../contract";
import { DEFAULT_PRICES } from "../../gateway/data-plane/prices";
import { temporaryFolder } from "../support/folder";
import { projectRoot } from "../support/project";
import { type Addresses, listening, spawnGateway } from "./gateway-process";

const run = promisify(execFile);
const page = () => readFile(join(projectRoot, "docs/local-gateway.md"), "utf8");

async function blocksOf(language: string): Promise<string[]> {
  const blocks = (await page()).matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"));
  return Array.from(blocks, ([, text = ""]) => text);
}

async function folder(): Promise<string> {
  const path = await temporaryFolder();
  return path;
}

/** Runs a start command of the page, on a free port, in a folder with the price file of the page. */
async function start(command: string): Promise<Addresses> {
  const cwd = await folder();
  await writeFile(join(cwd, "prices.json"), (await blocksOf("json"))[0] ?? "");
  const [, line = ""] = /npx pulumi-dench gateway (.*)/.exec(command) ?? [];
  const args = line.replace("--port 4800", "--port 0").split(" ");
  const inFolder = args.map((arg) => (/^(gateway\.db|prices\.json)$/.test(arg) ? join(cwd, arg) : arg));
  return listening(spawnGateway(...inFolder, "--json"));
}

/** Replaces the address in a text of the page with the address of this gateway. */
const at = ({ url }: Addresses, text: string) => text.replaceAll("http://127.0.0.1:4800", url);

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) process.stderr.write("Skipping the commands of the page, which need curl: apt-get install curl\n");

it.runIf(hasCurl || process.env["CI"] === "true")(
  "the commands and programs of the page work as described",
  async () => {
    const [startCommand = "", make = "", chat = "", upstream = "", usage = "", ...more] = await blocksOf("sh");
    expect(more).toEqual([]);
    const gateway = await start(startCommand);
    const env: Record<string, string | undefined> = { ...process.env, DENCH_API_KEY: gateway.adminToken };
    const shell = async (command: string): Promise<unknown> =>
      JSON.parse((await run("sh", ["-c", at(gateway, command)], { env })).stdout);

    const { id, key } = contract.CreatedKey.parse(await shell(make));
    env["DENCH_GATEWAY_KEY"] = key;
    env["KEY_ID"] = id;
    const [source = ""] = await blocksOf("ts");
    const { code } = await transform(at(gateway, source), { loader: "ts", format: "esm" });
    const program = await run(process.execPath, ["--input-type=module", "--eval", code], { env, cwd: projectRoot });
    expect(program.stdout).toBe("hello there");
    expect(await shell(chat)).toMatchObject({ choices: [{ message: { content: "hello there" } }] });

    const used = contract.KeyUsage.parse(await shell(usage));
    expect(used).toMatchObject({ days: 7, requests: 2 });
    expect(used.costUsd).toBeGreaterThan(0);

    await start(upstream);
  },
);

it("the page lists every option of the command", async () => {
  const help = spawnGateway("--help");
  await help.exited;
  const rows = (await page()).matchAll(/^\| `(--[\w-]+)`/gm);
  const options = help.stdout().matchAll(/^ {2}(--[\w-]+)/gm);
  expect(Array.from(rows, ([, option]) => option).toSorted()).toEqual(
    Array.from(options, ([, option]) => option).toSorted(),
  );
});

it("the page lists the default prices", async () => {
  const rows = (await page()).matchAll(/^\| `([\w.*-]+)` \| ([\d.]+) \| ([\d.]+) \|$/gm);
  const prices = Array.from(rows, ([, model, input, output]) => [
    model,
    { input: Number(input), output: Number(output) },
  ]);
  expect(Object.fromEntries(prices)).toEqual(DEFAULT_PRICES);
});
