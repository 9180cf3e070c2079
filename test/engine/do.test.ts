import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { blocksOf, sectionOf } from "../support/documented";
import { failureOf } from "../support/failure";
import { type TestGateway, testGateway } from "../support/gateway";
import { stackWithInstalledPlugin } from "../support/installed";
import { type CleanUp, projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

const run = promisify(execFile);
const KEY = "dench:index:GatewayKey";

async function terminal(gateway: TestGateway, cleanUp?: CleanUp) {
  const stack = await stackWithInstalledPlugin(gateway, cleanUp);
  /** Runs a command, and returns its standard output. */
  const pulumi = async (...args: string[]) => {
    const options = { cwd: stack.folder, env: stack.env };
    return (await run("pulumi", [...args, "--non-interactive"], options)).stdout;
  };
  // The reason of a change may precede it.
  const json = async (...args: string[]) => {
    const printed = await pulumi("do", ...args);
    return JSON.parse(printed.slice(printed.search(/^[[{]/m)));
  };
  return { stack, pulumi, json };
}

/** Creates a key without the command line. */
const createKey = (gateway: TestGateway, name: string) => gateway.call("POST", "/api-keys", { name });

describeWithEngine("pulumi do", () => {
  const cleanUps: (() => void | Promise<void>)[] = [];
  let gateway: TestGateway;
  let cli: Awaited<ReturnType<typeof terminal>>;

  beforeAll(async () => {
    gateway = await testGateway({}, (close) => cleanUps.push(close));
    cli = await terminal(gateway, (close) => cleanUps.push(close));
    return async () => {
      for (const cleanUp of cleanUps.toReversed()) await cleanUp();
    };
  });

  it("lists keys by status and name, page by page, up to a count, or all", async () => {
    for (let index = 0; index < 120; index += 1) await createKey(gateway, `key ${index}`);
    const revoked = await createKey(gateway, "gone");
    await gateway.revoke(revoked.id);

    const all = await cli.json(KEY, "list", "--all");
    expect(all).toHaveLength(120);
    expect(all[0]).toEqual({ id: expect.stringMatching(/^key_/), name: "key 119" });
    expect(await cli.json(KEY, "list")).toEqual(all.slice(0, 100));
    expect(await cli.json(KEY, "list", "--count", "110")).toEqual(all.slice(0, 110));
    expect(await cli.json(KEY, "list", "--status", "revoked")).toEqual([{ id: revoked.id, name: "gone" }]);
    expect(await cli.json(KEY, "list", "--name", "key 3")).toEqual([{ id: all[116].id, name: "key 3" }]);
    expect(await failureOf(cli.json(KEY, "list", "--status", "dead"))).toContain("must be active, revoked or all");
  });

  it("documents in the help of a resource, and of its creation, that only --show-secrets shows a value", async () => {
    const helpOf = async (...words: string[]) => (await cli.pulumi("do", KEY, ...words, "--help")).replace(/\s+/g, " ");
    expect(await helpOf()).toContain("prints the key value only with `--show-secrets`");
    expect(await helpOf()).toContain("created with `--stateless` is lost");
    expect(await helpOf("create")).toContain("the value is lost");
  });

  it("without state creates, reads, changes and deletes a key, and shows its value only with --show-secrets", async () => {
    const options = ["--stateless", "--yes", "--output", "json"];
    const hidden = await cli.json(KEY, "create", "--name", "hidden", ...options);
    expect(hidden).toMatchObject({ name: "hidden", status: "active", key: "[secret]" });

    const made = await cli.json(KEY, "create", "--name", "shown", "--show-secrets", ...options);
    expect(await gateway.dataPlane(made.key)).toBe(200);

    const read = await cli.json(KEY, "read", made.id, "--output", "json", "--show-secrets");
    const { output } = await cli.stack.start("do", KEY, "read", made.id).ended;
    expect(output).toContain(`The value of the key ${made.id} is not available`);
    expect(output).not.toMatch(/taken over|was imported/);
    expect(read).toMatchObject({ id: made.id, name: "shown" });
    expect(JSON.stringify(read)).not.toContain(made.key);

    // Diff requires a replacement, but the command calls Update anyway.
    const patched = await cli.json(KEY, "patch", made.id, "--name", "renamed", "--show-secrets", ...options);
    expect(patched).toMatchObject({ id: made.id, name: "renamed", status: "active" });
    expect(patched.keyId).not.toBe(made.id);
    expect([await gateway.dataPlane(made.key), await gateway.dataPlane(patched.key)]).toEqual([401, 200]);

    await cli.pulumi("do", KEY, "delete", patched.keyId, "--stateless", "--yes");
    expect(await gateway.dataPlane(patched.key)).toBe(401);
  });

  it("with state creates, changes and deletes a key that belongs to the stack", async () => {
    const printed = await cli.pulumi("do", KEY, "create", "ci", "--name", "CI", "--yes");
    const [made] = await cli.stack.keysInState();
    expect(printed).not.toContain(made?.key);
    expect(await gateway.dataPlane(made?.key)).toBe(200);

    await cli.pulumi("do", KEY, "patch", "ci", "--compromised", "INC-1234", "--yes");
    const [rotated] = await cli.stack.keysInState();
    expect([await gateway.dataPlane(made?.key), await gateway.dataPlane(rotated?.key)]).toEqual([401, 200]);

    await cli.pulumi("do", KEY, "delete", "ci", "--yes");
    expect(await cli.stack.keysInState()).toEqual([]);
    expect(await gateway.dataPlane(rotated?.key)).toBe(401);
  });

  it("calls each function by its name", async () => {
    const { id, key } = await createKey(gateway, "by name");
    expect(await cli.json("dench:index:getGatewayKey", "--name", "by name")).toMatchObject({ id });
    const { keys } = await cli.json("dench:index:getGatewayKeys", "--older-than-days", "0", "--include-revoked");
    expect(keys[0]).toMatchObject({ id, requests30d: 0 });
    expect(await cli.json("dench:index:getKeyUsage", "--key-id", id)).toMatchObject({ keyId: id, requests: 0 });
    expect(await cli.json("dench:index:getWorkspace")).toMatchObject({ slug: "local", caller: { role: "admin" } });
    expect(JSON.stringify(keys)).not.toContain(key);
    expect(await failureOf(cli.json("dench:index:getGatewayKey"))).toContain("Set either keyId or name");
  });

  it("needs no installed plugin for commands without state", async () => {
    const plugin = join(projectRoot, "pulumi-resource-dench");
    const env = { ...cli.stack.env, PULUMI_HOME: join(cli.stack.folder, "another home") };
    const args = ["do", "--package", plugin, "dench:index:getWorkspace"];
    const { stdout } = await run("pulumi", args, { cwd: cli.stack.folder, env });
    expect(JSON.parse(stdout)).toMatchObject({ slug: "local" });
  });
});

describeWithEngine("docs/command-line.md", () => {
  it("works as documented: each command on the page succeeds, in order", async () => {
    const gateway = await testGateway();
    const { stack, pulumi } = await terminal(gateway);
    const blocks = blocksOf(await sectionOf({ page: "docs/command-line.md" }));
    const textsIn = (language: string) => blocks.flatMap((block) => (block.language === language ? [block.text] : []));
    await writeFile(join(stack.folder, "worker.pp"), textsIn("hcl").join(""));
    const commands = textsIn("sh").flatMap((text) => text.trim().split("\n"));
    expect(commands).toHaveLength(16);

    await createKey(gateway, "CI/CD");
    for (const command of commands) {
      const [newest] = await gateway.activeKeys();
      const [program, ...args] = command.replace("key_123", newest?.id ?? "").split(" ");
      expect(program).toBe("pulumi");
      await pulumi(...args);
    }
    expect((await stack.keysInState()).map(({ name }) => name)).toEqual(["worker"]);
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["worker", "CI/CD"]);
  });
});
