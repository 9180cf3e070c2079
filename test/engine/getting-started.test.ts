import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { expect, inject, it, onTestFailed, onTestFinished } from "vitest";
import { KeyPage } from "../../contract";
import { printed, spawnGateway } from "../gateway/gateway-process";
import { type Block, blocksOf } from "../support/documented";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

describeWithEngine("docs/getting-started.md", () => {
  it("leads from nothing to a key on this machine, its rotation, its end, and a key in a workspace", async () => {
    const blocks = await blocksOf("docs/getting-started.md");
    const isGateway = ({ text }: Block) => text.startsWith("npx pulumi-dench gateway");
    const [gatewayBlock] = blocks.filter(isGateway);
    const steps = blocks.filter((block) => !isGateway(block));
    expect(steps).toHaveLength(7);

    const home = await temporaryFolder();
    const shell = (script: string, folder: string) => {
      const child = spawn("bash", ["-euo", "pipefail"], { cwd: folder, env: environment(home), stdio: "pipe" });
      onTestFinished(() => void child.kill());
      child.stdin.end(script);
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += chunk;
        });
      }
      onTestFailed(() => void process.stderr.write(`${output}\n`));
      return { child, output: () => output };
    };

    const [, args = ""] = /npx pulumi-dench gateway (.*)/.exec(gatewayBlock?.text ?? "") ?? [];
    const local = spawnGateway(...args.replace("4800", "0").split(" "));
    const exportLine = /export DENCH_BASE_URL=(http:\S+:(\d+)\/\S*) DENCH_API_KEY=(\S+)/;
    const [toRun = "", baseUrl, port = "", token] = await printed(local, exportLine);

    const workspace = await testGateway();
    const { slug } = (await workspace.call("GET", "/status")).workspace;
    const script = steps
      .map(({ language, text }) => (language === "yaml" ? `cat > Pulumi.yaml <<'EOF'\n${text}EOF\n` : text))
      // The tests' own run has done so, and others are using what was built.
      .join("\n")
      .replace("npm ci && npm run build\n", `${toRun}\n`)
      .replaceAll(":4800", `:${port}`)
      .replace("https://www.dench.com/api/v1", workspace.gateway.baseUrl)
      .replace("the token", workspace.gateway.adminToken)
      .replace("the slug", slug);
    await symlink(join(projectRoot, "pulumi-resource-dench"), join(home, "pulumi-resource-dench"));
    const run = shell(script, home);
    const [code] = await once(run.child, "close");
    expect(code, run.output()).toBe(0);

    expect(run.output()).toMatch(/rotation trigger team changed: creates a new key; the first update after 20/);
    const listed = await fetch(`${baseUrl}/api-keys`, { headers: { authorization: `Bearer ${token}` } });
    const { items } = KeyPage.parse(await listed.json());
    expect(items.map(({ name, status }) => `${name} ${status}`)).toEqual(["CI revoked", "CI revoked"]);
    const [made, ...others] = await workspace.activeKeys();
    expect(others).toEqual([]);
    expect(run.output().trimEnd().split("\n").at(-1)).toBe(made?.id);
  });
});

function environment(home: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(PULUMI|DENCH)_/.test(name));
  return {
    ...Object.fromEntries(others),
    // Where the plugin is installed.
    PULUMI_HOME: join(home, ".pulumi"),
    PATH: [inject("engineBin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
