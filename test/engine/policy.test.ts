import { execFile } from "node:child_process";
import { chmod, cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "vitest";
import * as dench from "../../sdk";
import type { CliStack } from "../support/cli-stack";
import { failureOf } from "../support/failure";
import { temporaryFolder } from "../support/folder";
import { follow } from "../support/follow";
import { testGateway } from "../support/gateway";
import { readersStack } from "../support/installed";
import { buildPolicyPack } from "../support/policy-pack";
import { projectRoot } from "../support/project";
import { it, itInRest } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

const run = promisify(execFile);

/** Replaces the installation of a copied folder, which would query the registry, with a link to this project's packages. */
function withInstalledPackages(text: string): string {
  return text
    .replace("cp -r pulumi-dench/", `cp -r ${projectRoot}/`)
    .replaceAll("npm install", `ln -s ${projectRoot}/node_modules node_modules`);
}

/** Runs a command that fails, and returns its output. */
async function failing(stack: CliStack, ...args: readonly string[]): Promise<string> {
  const { code, output } = await stack.start(...args).ended;
  expect(code, output).not.toBe(0);
  return output;
}

const CONFIGURED = ["--policy-pack", "policy/dench-policy", "--policy-pack-config", "policy-config.json"];

describeWithEngine("docs/policy.md", () => {
  it("checks a program and an exported state, and shows the output", async () => {
    const gateway = await testGateway();
    const stack = await readersStack(gateway, "shop");
    const { folder, env } = stack;
    await follow({ page: "docs/policy.md" }, { folder, env, adapt: withInstalledPackages });
    expect(await gateway.activeKeys()).toHaveLength(1);

    // The page has made every rule mandatory except the one about overlaps, and has listed the key's name.
    const configuration = join(folder, "policy-config.json");
    const configured = JSON.parse(await readFile(configuration, "utf8"));
    expect(configured["key-name-unique"]).toEqual({ names: { "shop/dev": ["API"] } });
    const listNames = (...files: readonly string[]) =>
      failureOf(run(process.execPath, ["policy/bin/list-names.js", ...files], { cwd: folder }));
    expect(await listNames("absent.json", "production.json")).toContain(
      "absent.json cannot be read as a configuration",
    );
    expect(await listNames("policy-config.json", "policy-config.json")).toContain("cannot be read as a state");
    const program = join(folder, "Pulumi.yaml");
    await writeFile(program, (await readFile(program, "utf8")).replace("name: API", "name: api"));
    const refused = await failing(stack, "up", "--yes", "--skip-preview", ...CONFIGURED);
    expect(refused).toMatch(/\[mandatory\] +key-name .*: api\)\n.*\n.*does not match \^\[A-Z\]/);
    expect(refused).toMatch(/\[advisory\] +key-overlap .*: api\)\n.*\n.*is 24h. Set it to at most 12h/);
    expect((await gateway.keys()).map(({ name }) => name)).toEqual(["API"]);

    await writeFile(
      configuration,
      JSON.stringify({ ...configured, "key-rotation": { days: 30 }, "key-nam": "advisory" }),
    );
    const invalid = await failing(stack, "preview", ...CONFIGURED);
    expect(invalid).toContain("key-rotation.days: this rule has no such setting");
    expect(invalid).toContain("key-nam: the pack has no such rule");
  });
});

describeWithEngine("the policy pack", () => {
  itInRest("refuses to start with two copies of @grpc/grpc-js, since it would accept any configuration", async () => {
    const folder = await temporaryFolder();
    await buildPolicyPack(folder);
    const packages = join(folder, "node_modules");
    await cp(join(projectRoot, "node_modules/@grpc/grpc-js"), join(packages, "@grpc/grpc-js"), { recursive: true });
    for (const name of ["@grpc/proto-loader", "@js-sdsl", "@pulumi", "google-protobuf", "zod"])
      await symlink(join(projectRoot, "node_modules", name), join(packages, name));
    await rm(join(folder, "policy/node_modules"));
    const failure = await failureOf(run(join(folder, "policy/dench-policy"), ["127.0.0.1:1"], { timeout: 60_000 }));
    expect(failure).toContain("Run `npm dedupe` in the folder of the pack");
  });

  itInRest(
    "finds a key value in clear in an update, run by Pulumi from its sources, and in a state, and does not show the value",
    async () => {
      const gateway = await testGateway();
      const stack = await TestStack.create({ env: { ...gateway.env, DENCH_WORKSPACE: "local" } });
      await buildPolicyPack(stack.folder);
      const pack = join(stack.folder, "policy");
      const configuration = join(stack.folder, "mandatory.json");
      await writeFile(configuration, '{"no-plain-key-output": "mandatory"}');
      // Pulumi's host for Node programs starts the folder in this way, from its TypeScript sources.
      const runner = join(stack.folder, "run-pack");
      const main = join(projectRoot, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
      await writeFile(runner, `#!/bin/sh\ncd "${pack}" && exec "${process.execPath}" "${main}" "$1" .\n`);
      await chmod(runner, 0o755);
      stack.program = async () => {
        const { key } = new dench.GatewayKey("ci", { name: "CI" });
        return { key, url: pulumi.unsecret(pulumi.interpolate`https://x/?key=${key}`) };
      };
      const found = /\[mandatory\] +no-plain-key-output .*test-test\)\n.*\n.*`url` contains a key value in clear/;
      const update = await failureOf(stack.stack.up({ policyPacks: [runner], policyPackConfigs: [configuration] }));
      expect(update).toMatch(found);

      const { key } = await stack.stack.workspace.stackOutputs("test");
      expect(await gateway.dataPlane(key?.value)).toBe(200);
      const state = join(stack.folder, "state.json");
      await writeFile(state, JSON.stringify(await stack.stack.exportStack()));
      const { envVars } = stack.stack.workspace;
      const packAndConfiguration = ["--policy-pack", join(pack, "dench-policy"), "--policy-pack-config", configuration];
      const { stdout: analysis } = await run(
        "pulumi",
        ["policy", "analyze", "--file", state, ...packAndConfiguration],
        {
          cwd: stack.folder,
          env: { ...process.env, ...envVars },
        },
      ).catch((error) => error);
      expect(analysis).toMatch(found);
      // Pulumi itself shows this output, which is in clear.
      const lines = [...update.split("\n").filter((line) => !/^[+ ]+url: /.test(line)), analysis];
      for (const line of lines) expect(line).not.toContain(key?.value);
    },
  );
});
