import { expect, it } from "vitest";
import { version } from "../../version";
import { runCommand } from "../support/command";

/** Returns the names of the commands that the usage lists. */
async function commands(): Promise<string[]> {
  const { stdout } = await runCommand(["--help"]);
  const names = Array.from(stdout.matchAll(/^ {2}(\w+) {2,}/gm), ([, name = ""]) => name);
  expect(names).toContain("audit");
  return names;
}

it("each command prints its version, and its usage, which fits on a screen", async () => {
  for (const name of await commands()) {
    expect(await runCommand([name, "--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    const { code, stdout, stderr } = await runCommand([name, "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines[0]?.startsWith(`Usage: pulumi-dench ${name} `), name).toBe(true);
    expect(lines.length, name).toBeLessThan(40);
    expect(lines.filter((line) => line.length > 125)).toEqual([]);
  }
});

it("each command prints an error, and then how to see its usage, at an unknown option, and exits with 1", async () => {
  for (const name of await commands()) {
    const { code, stdout, stderr } = await runCommand([name, "--no-such-option"]);
    expect([code, stdout]).toEqual([1, ""]);
    const [problem, reference, ...rest] = stderr.split("\n");
    expect(problem).toContain("--no-such-option");
    expect([reference, ...rest]).toEqual([`Run "pulumi-dench ${name} --help" for the options.`, ""]);
  }
});

it("a missing or unknown command is an error that names the commands", async () => {
  const names = await commands();
  for (const args of [[], ["no-such-command"]]) {
    const { code, stderr } = await runCommand(args);
    expect(code).toBe(1);
    for (const name of names) expect(stderr).toContain(name);
  }
});
