import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { version } from "../../version";
import { listening, spawnGateway } from "../gateway/gateway-process";
import { runCommand } from "../support/command";
import { exportedState, urnOf } from "../support/exported";
import { temporaryFolder } from "../support/folder";
import { type TestGateway, testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { scriptedServer } from "../support/scripted-server";
import { runInTerminal } from "../support/terminal";
import { describeIfPresent } from "../support/tools";

const URN = urnOf("shop/dev", "ci");

const Created = z.object({ id: z.string(), key: z.string(), last4: z.string() });

async function created(gateway: TestGateway, body: object = { name: "by hand" }) {
  return Created.parse(await gateway.call("POST", "/api-keys", body));
}

const envOf = (gateway: TestGateway) => ({ ...gateway.env, DENCH_GATEWAY_URL: gateway.gateway.gatewayUrl });

/** Writes the state of a stack with one resource, and returns its path. */
async function stateOf(outputs: Readonly<Record<string, unknown>>): Promise<string> {
  const file = join(await temporaryFolder(), "dev.json");
  await writeFile(file, exportedState([{ name: "ci", outputs }]));
  return file;
}

describe("pulumi-dench whose", () => {
  it("finds the key of a value in a log, and says who made it, how it is used and how to revoke it", async () => {
    const gateway = await testGateway();
    const { id, key, last4 } = await created(gateway);
    expect(await gateway.dataPlane(key)).toBe(200);
    const stdin = `GET /v1/models 200 "Authorization: Bearer ${key}"\r\n`;
    const { code, stdout, stderr } = await runCommand(["whose"], { env: envOf(gateway), stdin });
    expect([code, stderr]).toEqual([2, ""]);
    expect(stdout).toMatch(
      new RegExp(
        `^${id} "by hand" …${last4}\\n +Match +likely: .+\\n +Status +active\\n +Created +20\\S+Z by Ada Admin\\n +Gateway +accepts the value\\n +Last used +20\\S+Z; 1 request and \\$0\\.00 in 30 days, before this check\\n +Next step +Revoke the key: run this command with --revoke`,
      ),
    );
    expect(stdout + stderr).not.toContain(key);
  });

  it("names the stack and the resource that have the key, and the change that revokes it", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    const state = await stateOf({ keyId: id });
    const { code, stdout } = await runCommand(["whose", state], { env: envOf(gateway), stdin: key });
    expect([code, stdout]).toEqual([2, expect.stringContaining(`shop/dev (${state}), current key of\n`)]);
    expect(stdout).toContain(`\n             ${URN}\n`);
    expect(stdout.replace(/\s+/g, " ")).toContain(`Set \`compromised\` of ${URN} to the identifier of the incident`);
    const json = await runCommand(["whose", "--json", state], { env: envOf(gateway), stdin: key });
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      values: [
        {
          isValid: true,
          gateway: "accepted",
          keys: [
            {
              id,
              sureness: "likely",
              declared: [{ stack: "shop/dev", file: state, urn: URN, as: "current" }],
              nextStep: { kind: "set_compromised", urn: URN },
            },
          ],
        },
      ],
    });
  });

  it("exits with 0 for a key that is revoked, and says since when", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    await gateway.revoke(id);
    const { code, stdout } = await runCommand(["whose"], { env: envOf(gateway), stdin: key });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/Status +revoked since 20.*Nothing to do: the key is revoked since 20/s),
    ]);
  });

  it("exits with 1 for a value that no key of the workspace has, and with 2 if the gateway accepts it", async () => {
    const [gateway, other] = [await testGateway(), await testGateway()];
    const { key } = await created(other);
    const unknown = await runCommand(["whose"], { env: envOf(gateway), stdin: key });
    expect([unknown.code, unknown.stdout]).toEqual([
      1,
      expect.stringMatching(
        /^No key of this workspace .* ends in its last four characters\.\s.*may\sbelong\sto\sanother\sworkspace/s,
      ),
    ]);
    const env = { ...gateway.env, DENCH_GATEWAY_URL: other.gateway.gatewayUrl };
    const accepted = await runCommand(["whose"], { env, stdin: key });
    expect([accepted.code, accepted.stdout]).toEqual([2, expect.stringContaining("it is valid")]);
  });

  it("sends a secret of another vendor nowhere", async () => {
    const gateway = await testGateway();
    const server = await scriptedServer("reset");
    const stdin = `ghp_${crypto.randomUUID()}`;
    const { code, stdout, stderr } = await runCommand(["whose"], {
      env: { ...gateway.env, DENCH_GATEWAY_URL: server.url },
      stdin,
    });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/secret of another vendor\. It was sent nowhere\. \[dench:not_found\]\n$/);
    expect(server.received).toEqual([]);
  });

  it("finds the token that it uses itself", async () => {
    const gateway = await testGateway();
    const stdin = `token: ${gateway.gateway.adminToken}`;
    const { code, stderr } = await runCommand(["whose"], { env: gateway.env, stdin });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("but the token from the environment variable DENCH_API_KEY"),
    ]);
  });

  it("finds a value in 10 MB of binary data", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    const noise = Buffer.alloc(5_000_000, Buffer.from([0xff, 0x00, 0x1b, 0x80]));
    const stdin = Buffer.concat([noise, Buffer.from(key), noise]);
    const { code, stdout } = await runCommand(["whose"], { env: envOf(gateway), stdin });
    expect([code, stdout]).toEqual([2, expect.stringContaining(id)]);
  });
});

describe("--revoke", () => {
  it("revokes a key that no stack manages if its ID is named", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    const run = (...args: string[]) => runCommand(["whose", "--revoke", ...args], { env: envOf(gateway), stdin: key });
    const other = await run("--yes", "key_other");
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining(`not that of the key, ${id}`)]);
    expect(await gateway.dataPlane(key)).toBe(200);
    expect(await run("--yes", id)).toMatchObject({ code: 0, stderr: `Revoked the key ${id}.\n` });
    expect(await gateway.dataPlane(key)).toBe(401);
    expect(await run("--yes", id)).toMatchObject({ code: 0, stderr: "" });
  });

  it("needs the ID if only the visible characters match", async () => {
    const gateway = await testGateway();
    const { id, last4 } = await created(gateway);
    const run = (...args: string[]) =>
      runCommand(["whose", "--revoke", ...args], { env: envOf(gateway), stdin: `dg_live_…${last4}` });
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/not sure.*\[dench:not_confirmed\]\n$/)]);
    expect(await run("--yes", id)).toMatchObject({ code: 0, stderr: `Revoked the key ${id}.\n` });
  });

  describe("revokes nothing and says what to do if", () => {
    async function refusal(gateway: TestGateway, key: { id: string; key: string }, ...args: string[]) {
      const before = await gateway.activeKeys();
      const options = { env: envOf(gateway), stdin: key.key };
      const { code, stderr } = await runCommand(["whose", "--revoke", "--yes", key.id, ...args], options);
      expect(code).toBe(1);
      expect(await gateway.activeKeys()).toHaveLength(before.length);
      return stderr;
    }

    it("a stack manages the key", async () => {
      const gateway = await testGateway();
      const key = await created(gateway);
      const stderr = await refusal(gateway, key, await stateOf({ keyId: key.id }));
      expect(stderr).toMatch(/a stack manages key_\w+\. Set `compromised` of urn.*\[dench:managed_key\]\n$/);
    });

    it("it is the primary key", async () => {
      const gateway = await testGateway();
      const key = Created.omit({ last4: true }).parse(await gateway.call("POST", "/api-keys/primary/reveal"));
      expect(await refusal(gateway, key)).toMatch(
        /Rotate the primary sandbox key.*\[dench:primary_key_not_revocable\]\n$/,
      );
    });

    it("it is the token of the command", async () => {
      const gateway = await testGateway({ keysManage: true });
      const key = await created(gateway);
      const options = { env: { ...envOf(gateway), DENCH_API_KEY: key.key }, stdin: key.key };
      const { code, stderr } = await runCommand(["whose", "--revoke", "--yes", key.id], options);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/first set another token there.*\[dench:own_key\]\n$/)]);
      expect(await gateway.dataPlane(key.key)).toBe(200);
    });

    it("the text contains two values", async () => {
      const gateway = await testGateway();
      const [one, two] = [await created(gateway), await created(gateway)];
      const stderr = await refusal(gateway, { id: one.id, key: `${one.key} ${two.key}` });
      expect(stderr).toMatch(/several active keys: key_\w+, key_\w+\..*\[dench:ambiguous\]\n$/);
    });

    it("there is neither a terminal to confirm it nor an ID", async () => {
      const gateway = await testGateway();
      const { id, key } = await created(gateway);
      const options = { env: envOf(gateway), stdin: key };
      const { code, stderr } = await runCommand(["whose", "--revoke"], options);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`no terminal to confirm it. Use --yes ${id}.`)]);
      expect(await gateway.dataPlane(key)).toBe(200);
    });
  });
});

describe("exits with 1 and the reason if", () => {
  it.each([
    ["stdin is empty", [], " \n", /stdin is empty.*\[dench:invalid_arguments\]\n$/],
    ["a value is incomplete", [], "dg_live_ab", /not its last four characters.*\[dench:not_found\]\n$/],
    ["there are too many values", [], manyValues(), /there are 30, and at most 20.*\[dench:invalid_arguments\]\n$/],
    ["a state is on stdin", ["-"], "", /^Stdin is the leaked text\. Pass each state as a file\.\n/],
    ["--yes is without --revoke", ["--yes", "key_1"], "", /^--yes has no effect without --revoke\.\n/],
  ])("%s", async (_what, args, stdin, expected) => {
    const gateway = await testGateway();
    const { code, stdout, stderr } = await runCommand(["whose", ...args], { env: envOf(gateway), stdin });
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(expected)]);
  });

  it("a value is an argument, which it does not repeat", async () => {
    const opaque = crypto.randomUUID().replaceAll("-", "");
    const value = `dg_live_${opaque}`;
    for (const args of [
      [value],
      ["whose", value],
      ["whose", `--${value}`],
      ["whose", `--value=${value}`],
      ["whose", "--revoke", "--yes", value],
      ["gateway", value],
    ]) {
      const { code, stdout, stderr } = await runCommand(args);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).not.toContain(opaque);
    }
    const { stderr } = await runCommand(["whose", opaque]);
    expect(stderr).toMatch(/^An argument looks like a key value\. Pass it on stdin/);
    expect(stderr).not.toContain(opaque);
  });
});

function manyValues(): string {
  return Array.from({ length: 30 }, (_, index) => `dg_live_value${index}xxxx`).join("\n");
}

describeIfPresent(["Python"], describe)("in a terminal", () => {
  const COMMAND = [process.execPath, join(projectRoot, "dist/pulumi-dench"), "whose"];
  const PROMPT = "Paste the leaked text, which is not shown, and press Enter: ";
  const CONFIRMATION = "Type its last four characters to confirm: ";

  it("reads the value without showing it, and ends at Ctrl-C", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    const typing = (text: string) => runInTerminal(COMMAND, { env: envOf(gateway), typed: [{ after: PROMPT, text }] });
    const { code, shown } = await typing(`${key}x\x7f\r`);
    expect([code, shown]).toEqual([2, expect.stringContaining(id)]);
    expect(shown).not.toContain(key.slice(-12));
    const interrupted = await typing(`${key}\x03`);
    expect(interrupted).toEqual({ code: 130, shown: expect.stringContaining("the run was canceled first") });
    expect(interrupted.shown).not.toContain(key.slice(-12));
  });

  it("revokes a key whose value is piped after its last four characters are typed, and nothing after other text", async () => {
    const gateway = await testGateway();
    const { id, key, last4 } = await created(gateway);
    const file = join(await temporaryFolder(), "leaked.txt");
    await writeFile(file, key);
    const piped = ["sh", "-c", '"$@" < "$LEAKED"', "sh", ...COMMAND, "--revoke"];
    const typing = (text: string) =>
      runInTerminal(piped, { env: { ...envOf(gateway), LEAKED: file }, typed: [{ after: CONFIRMATION, text }] });
    for (const [text, code] of [
      ["yes\r", 1],
      ["\x04", 1],
      ["\x03", 130],
    ] as const) {
      expect(await typing(text)).toMatchObject({ code });
      expect(await gateway.dataPlane(key)).toBe(200);
    }
    expect(await typing(`${last4}\r`)).toMatchObject({
      code: 0,
      shown: expect.stringContaining(`Revoked the key ${id}.`),
    });
    expect(await gateway.dataPlane(key)).toBe(401);
  });
});

it("prints what --version and --help request", async () => {
  expect(await runCommand(["whose", "--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  expect((await runCommand(["whose", "-h"])).stdout).toMatch(
    /^Usage: pulumi-dench whose \[options\] \[STATE…\] < TEXT\n/,
  );
});

it("writes a value nowhere: not into its output, nor into the output, the activity and the database of the gateway", async () => {
  const folder = await temporaryFolder();
  const running = spawnGateway("--port", "0", "--json", "--keys-manage", "--data", join(folder, "gateway.db"));
  const { baseUrl, gatewayUrl, adminToken } = await listening(running);
  const env = { DENCH_BASE_URL: baseUrl, DENCH_GATEWAY_URL: gatewayUrl, DENCH_API_KEY: adminToken, DENCH_LOG: "debug" };
  const secrets: string[] = [];
  const outputs: string[] = [];
  // The name of a key can contain another key's value.
  for (const named of ["first", "second"]) {
    const body = JSON.stringify({ name: `${named} ${secrets.join(" ")}`.trim() });
    const headers = { authorization: `Bearer ${adminToken}` };
    const { id, key } = Created.parse(
      await (await fetch(`${baseUrl}/api-keys`, { method: "POST", headers, body })).json(),
    );
    secrets.push(key);
    for (const args of [[], ["--json"], ["--revoke"], ["--revoke", "--yes", id]]) {
      const { stdout, stderr } = await runCommand(["whose", ...args], { env, stdin: secrets.join("\n") });
      outputs.push(stdout, stderr);
    }
    for (const where of ["DENCH_BASE_URL", "DENCH_GATEWAY_URL"]) {
      const closed = { ...env, [where]: "http://127.0.0.1:9", DENCH_MAX_RETRIES: "0" };
      const { stdout, stderr } = await runCommand(["whose"], { env: closed, stdin: key });
      outputs.push(stdout, stderr);
    }
  }
  running.process.kill("SIGTERM");
  await running.exited;
  outputs.push(running.stdout(), running.stderr());
  expect(outputs.join()).toContain("Revoked the key");
  const [, second = ""] = secrets;
  for (const output of outputs) for (const secret of secrets) expect(output).not.toContain(secret);
  for (const file of await readdir(folder)) expect(await readFile(join(folder, file), "latin1")).not.toContain(second);
}, 60_000);
