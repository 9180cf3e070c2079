import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { version } from "../../version";
import { listening, spawnGateway } from "../gateway/gateway-process";
import { type CommandResult, runCommand } from "../support/command";
import { temporaryFolder } from "../support/folder";
import { type TestGateway, testGateway } from "../support/gateway";
import { scriptedServer } from "../support/scripted-server";

const URN = "urn:pulumi:dev::shop::dench:index:GatewayKey::ci";

const Created = z.object({ id: z.string(), key: z.string(), last4: z.string() });

async function created(gateway: TestGateway, body: object = { name: "by hand" }) {
  return Created.parse(await gateway.call("POST", "/api-keys", body));
}

const envOf = (gateway: TestGateway) => ({ ...gateway.env, DENCH_GATEWAY_URL: gateway.gateway.gatewayUrl });

/** Writes the state of a stack with one resource, and returns its path. */
async function stateOf(outputs: object, type = "GatewayKey"): Promise<string> {
  const file = join(await temporaryFolder(), "dev.json");
  const resource = { urn: URN, type: `dench:index:${type}`, id: "first", outputs };
  await writeFile(file, JSON.stringify({ version: 3, deployment: { resources: [resource] } }));
  return file;
}

const Report = z.object({
  values: z.array(
    z.object({
      isValid: z.boolean(),
      gateway: z.string(),
      keys: z.array(
        z.object({
          id: z.string(),
          sureness: z.string(),
          reason: z.string(),
          managedBy: z.array(z.object({ stack: z.string(), urn: z.string(), role: z.string() })),
          nextStep: z.object({ kind: z.string(), text: z.string() }),
        }),
      ),
    }),
  ),
});

const reportOf = ({ stdout }: CommandResult) => Report.parse(JSON.parse(stdout)).values;

describe("pulumi-dench whose", () => {
  it("finds the key of a value in a log, and says who made it, how it is used and how to revoke it", async () => {
    const gateway = await testGateway();
    const { id, key, last4 } = await created(gateway);
    expect(await gateway.dataPlane(key)).toBe(200);
    const stdin = `GET /v1/models 200 "Authorization: Bearer ${key}"\r\n`;
    const { code, stdout, stderr } = await runCommand(["whose"], { env: envOf(gateway), stdin });
    expect([code, stderr]).toEqual([2, ""]);
    expect(stdout).toContain(`by hand (${id}, …${last4}): likely, because`);
    expect(stdout).toMatch(/Status +active; created \S+ by Ada Admin\n +Gateway +accepts the value\n/);
    expect(stdout).toMatch(/Last used +20\S+; 1 requests and \$0\.00 in 30 days, before this check/);
    expect(stdout).toContain("run again with --revoke");
    expect(stdout + stderr).not.toContain(key);
  });

  it("is certain if the management API accepts the value as a token, and likely if only the gateway does", async () => {
    for (const [keysManage, sureness] of [
      [true, "certain"],
      [false, "likely"],
    ] as const) {
      const gateway = await testGateway({ keysManage });
      const { id, key } = await created(gateway);
      const result = await runCommand(["whose", "--json"], { env: envOf(gateway), stdin: key });
      expect(reportOf(result)).toMatchObject([{ isValid: true, gateway: "accepted", keys: [{ id, sureness }] }]);
    }
  });

  it("names the resource that has the key as its current or previous one, and the change that revokes it", async () => {
    const gateway = await testGateway();
    const [current, previous] = [await created(gateway), await created(gateway)];
    const state = await stateOf({ keyId: current.id, previousKeyId: previous.id });
    const stdin = `${current.key}\n${previous.key}\n`;
    const result = await runCommand(["whose", "--json", state], { env: envOf(gateway), stdin });
    expect(result.code).toBe(2);
    const managedBy = (role: string) => [{ stack: "shop/dev", urn: URN, role }];
    expect(reportOf(result).flatMap(({ keys }) => keys)).toMatchObject([
      { id: current.id, managedBy: managedBy("current"), nextStep: { kind: "set_compromised" } },
      { id: previous.id, managedBy: managedBy("previous"), nextStep: { kind: "end_overlap" } },
    ]);
  });

  it("exits with 0 for a key that is revoked, and says since when", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    await gateway.revoke(id);
    const { code, stdout } = await runCommand(["whose"], { env: envOf(gateway), stdin: key });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Nothing to do: the key is revoked since 20/)]);
  });

  it("finds the primary key, which the list of keys does not have", async () => {
    const gateway = await testGateway();
    const { key } = z.object({ key: z.string() }).parse(await gateway.call("POST", "/api-keys/primary/reveal"));
    const result = await runCommand(["whose", "--json"], { env: envOf(gateway), stdin: key });
    expect(reportOf(result)).toMatchObject([{ keys: [{ sureness: "certain", nextStep: { kind: "rotate_primary" } }] }]);
  });

  it("shows every candidate for a masked value, which it does not send", async () => {
    const gateway = await testGateway();
    const { id, last4 } = await created(gateway);
    const stdin = `dg_live_•••••••${last4}`;
    const result = await runCommand(["whose", "--json"], { env: envOf(gateway), stdin });
    expect(result.code).toBe(2);
    expect(reportOf(result)).toMatchObject([{ gateway: "not tried", keys: [{ id, sureness: "possible" }] }]);
  });

  it("exits with 1 for a value that no key of the workspace has, and with 2 if the gateway accepts it", async () => {
    const [gateway, other] = [await testGateway(), await testGateway()];
    const { key } = await created(other);
    const unknown = await runCommand(["whose"], { env: envOf(gateway), stdin: key });
    expect([unknown.code, unknown.stdout]).toEqual([
      1,
      expect.stringMatching(
        /^No key of this workspace .* ends in these four characters\. .* may belong to another workspace/,
      ),
    ]);
    const env = { ...gateway.env, DENCH_GATEWAY_URL: other.gateway.gatewayUrl };
    const accepted = await runCommand(["whose"], { env, stdin: key });
    expect([accepted.code, accepted.stdout]).toEqual([2, expect.stringContaining("so it is valid")]);
  });

  it("names the other workspace of a value that the management API accepts there", async () => {
    const workspace = (id: string, keyId: string | null) => ({
      workspace: { id, name: id, slug: id },
      caller: { id: "mem_1", name: "Grace", role: "member", keyId },
    });
    const server = await scriptedServer(({ path, headers }) => {
      if (path.endsWith("/status")) {
        const isOwn = headers.authorization === "Bearer own-token";
        return { status: 200, body: isOwn ? workspace("here", null) : workspace("elsewhere", "key_1") };
      }
      if (path.endsWith("/primary")) return { status: 200, body: primaryKey };
      return { status: 200, body: { items: [], cursor: null } };
    });
    const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: "own-token" };
    const { code, stdout } = await runCommand(["whose"], { env, stdin: "dg_live_0123456789abcdef" });
    expect([code, stdout]).toEqual([2, expect.stringContaining("valid token of Grace for the workspace elsewhere")]);
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
    const result = await runCommand(["whose", "--json"], { env: envOf(gateway), stdin });
    expect(reportOf(result)).toMatchObject([{ keys: [{ id }] }]);
  });
});

const primaryKey = {
  id: "key_p",
  name: "Sandbox",
  kind: "primary",
  prefix: "dg_live_",
  last4: "0000",
  scopes: [],
  status: "active",
  createdAt: 1,
  createdBy: { id: "mem_1", name: "Ada" },
  revokedAt: null,
  usage30d: { requests: 0, costUsd: 0 },
};

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
      expect(stderr).toMatch(/a stack manages key_\w+\. Set `compromised.*` on urn.*\[dench:managed_key\]\n$/);
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
