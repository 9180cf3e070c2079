import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { runCommand } from "../support/command";
import { projectRoot } from "../support/project";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine } from "../support/stack";
import { expectShown } from "../support/transcript";

const run = promisify(execFile);

function demo(...args: string[]) {
  const child = spawn(process.execPath, [join(projectRoot, "dist/examples/demo/demo.js"), ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit");
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  return { child, exited, output: () => output };
}

describeWithEngine("npm run demo", () => {
  itEach(
    casesOf<string[]>([[], ["--dynamic"]]),
    (flags) => `shows the five steps, checks each, and exits with 0: ${flags.join()}`,
    async (flags) => {
      const { exited, output } = demo(...flags);
      expect(await exited, output()).toEqual([0, null]);
      expect(output().match(/^\d\. /gm)).toHaveLength(5);
      expect(output()).toMatch(/Name +Key +Created By +30d Requests +30d Cost +Last Used +Status/);
      expect(output()).toMatch(/All 12 checks passed/);
      expect(output()).not.toMatch(/dg_live_[A-Za-z0-9]/);
      // Both providers take the same steps, and the README shows them without the tables.
      const steps = output()
        .split("\n")
        .filter((line) => /^\d\. |^ {2}✓|^All /.test(line));
      await expectShown("README.md", "demo", steps.join("\n"));
    },
  );

  it("with --keep stays open, so that the stacks can be inspected and audited, and cleans up on Ctrl-C", async () => {
    const { child, exited, output } = demo("--keep");
    while (!/until Ctrl-C[\s\S]*--cwd (\S+)\n/.test(output())) await once(child.stdout, "data");
    const [, folder = ""] = /--cwd (\S+)\n/.exec(output()) ?? [];
    const [, baseUrl = ""] = /DENCH_BASE_URL='([^']+)'/.exec(output()) ?? [];
    expect(existsSync(folder)).toBe(true);
    expect((await fetch(`${baseUrl}/status`)).status).toBe(401);

    const env = Object.fromEntries(
      Array.from(output().matchAll(/export (\w+)='(.*)'/g), ([, name, value]) => [name, value]),
    );
    const [, pulumi = ""] = /^ *(\S+) stack output /m.exec(output()) ?? [];
    // An export needs no passphrase.
    const { PULUMI_CONFIG_PASSPHRASE: _passphrase, ...withoutPassphrase } = env;
    const states = ["staging", "production"].map((name) => join(folder, `${name}.json`));
    for (const state of states) {
      const args = ["stack", "export", "--stack", basename(state, ".json"), "--file", state, "--cwd", folder];
      await run(pulumi, args, { env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...withoutPassphrase } });
    }
    const audit = await runCommand(["audit", ...states], { env });
    expect(audit).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/\nNo findings\.\n$/) });
    for (const stack of ["environments/staging", "environments/production"]) expect(audit.stdout).toContain(stack);

    child.kill("SIGINT");
    expect(await exited).toEqual([0, null]);
    expect(existsSync(folder)).toBe(false);
  });
});
