import { symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { expect, inject, it } from "vitest";
import { KeyPage } from "../../contract";
import { printed, spawnGateway } from "../gateway/gateway-process";
import { blocksOf, sectionOf } from "../support/documented";
import { failureOf } from "../support/failure";
import { temporaryFolder } from "../support/folder";
import { follow } from "../support/follow";
import { testGateway } from "../support/gateway";
import { readersStack } from "../support/installed";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

const page = "docs/get-started.md";
const GONE = "If the workspace is gone";

describeWithEngine(page, () => {
  it("creates a key on a local gateway, rotates and revokes it, and creates a key in a workspace", async () => {
    const home = await temporaryFolder();
    await symlink(join(projectRoot, "pulumi-resource-dench"), join(home, "pulumi-resource-dench"));
    const local = await gatewayOf(home);
    const workspace = await testGateway();
    const { slug } = (await workspace.call("GET", "/status")).workspace;
    const gone = blocksOf(await sectionOf({ page, heading: GONE }));
    const output = await follow(
      { page },
      {
        folder: home,
        env: environment(home),
        skips: ({ text }) => text.startsWith("npx pulumi-dench") || gone.some((block) => block.text === text),
        // The build exists already, and other tests are using it.
        adapt: (text) =>
          text
            .replace("npm ci && npm run build\n", `${local.toRun}\n`)
            .replaceAll("http://127.0.0.1:4800", local.gatewayUrl)
            .replace("https://www.dench.com/api/v1", workspace.gateway.baseUrl)
            .replace("the token", workspace.gateway.adminToken)
            .replace("the slug", slug),
      },
    );

    expect(output).toMatch(/rotation trigger team changed: creates a new key; the first update after 20/);
    const listed = await fetch(`${local.baseUrl}/api-keys`, { headers: { authorization: `Bearer ${local.token}` } });
    const { items } = KeyPage.parse(await listed.json());
    expect(items.map(({ name, status }) => `${name} ${status}`)).toEqual(["CI revoked", "CI revoked"]);
    const [created, ...others] = await workspace.activeKeys();
    expect(others).toEqual([]);
    expect(output.trimEnd().split("\n").at(-1)).toBe(created?.id);
  });

  it("gives the same next steps as the error for a deleted workspace: keep the stack, or remove it", async () => {
    const [before, after] = [await testGateway(), await testGateway()];
    const stack = await readersStack(before, "first-key");
    const [program] = blocksOf(await sectionOf({ page })).filter(({ language }) => language === "yaml");
    await writeFile(join(stack.folder, "Pulumi.yaml"), program?.text ?? "");
    await stack.up();
    Object.assign(stack.env, after.env);
    const error = await failureOf(stack.up());
    const blocks = blocksOf(await sectionOf({ page, heading: GONE }));
    expect(blocks).toHaveLength(2);
    for (const [index, command] of ["pulumi state delete", "pulumi stack rm --force"].entries()) {
      expect(error).toContain(command);
      expect(blocks[index]?.text).toContain(command);
    }
    expect(error).toContain("[dench:wrong_workspace]");
    await follow({ page, heading: GONE }, { folder: stack.folder, env: stack.env });
    expect((await after.activeKeys()).map(({ name }) => name)).toEqual(["CI"]);
    expect(JSON.parse(await stack.run("stack", "ls", "--json"))).toEqual([]);
  });
});

/** Starts the gateway with the page's command, on a free port and with its database in this folder. */
async function gatewayOf(folder: string) {
  const start = blocksOf(await sectionOf({ page })).find(({ text }) => text.startsWith("npx pulumi-dench gateway "));
  const [, args = ""] = /npx pulumi-dench gateway (.*)/.exec(start?.text ?? "") ?? [];
  const here = args.replace("4800", "0").replace("gateway.db", join(folder, "gateway.db"));
  const line = /export DENCH_BASE_URL=(\S+) DENCH_GATEWAY_URL=(\S+) DENCH_API_KEY=(\S+)/;
  const [toRun, baseUrl = "", gatewayUrl = "", token = ""] = await printed(spawnGateway(...here.split(" ")), line);
  return { toRun, baseUrl, gatewayUrl, token };
}

function environment(home: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(PULUMI|DENCH)_/.test(name));
  return {
    ...Object.fromEntries(others),
    // The plugin is installed here.
    PULUMI_HOME: join(home, ".pulumi"),
    PATH: [inject("engineBin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
