import { once } from "node:events";
import { parseArgs } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import { operations } from "../../contract";
import type { Key } from "../../contract/port";
import { errorMessage } from "../../error-message";
import { ensureEngine } from "../../tools/engine/engine";
import { keyTable, Report } from "./report";
import { type Run, Workbench } from "./workbench";

const ENVIRONMENTS = ["staging", "production"] as const;

/** Runs the demo: a program declares a key per environment, and the real engine creates, replaces and revokes the keys. */
async function main(): Promise<boolean> {
  const { values: flags } = parseArgs({
    options: { keep: { type: "boolean", default: false }, dynamic: { type: "boolean", default: false } },
  });
  const report = new Report();
  const engine = await ensureEngine({ progress: (line) => process.stdout.write(`${line}\n`) });
  const bench = await Workbench.open({ engine, program: flags.dynamic ? "dynamic" : "index" });
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const stopped = interrupted.then(() => {
    if (!flags.keep) throw new Error("interrupted");
  });
  try {
    report.say(`Engine: Pulumi ${engine.version}, ${engine.source}. Local gateway: ${bench.gateway.url}.`);
    report.say(`Provider: ${flags.dynamic ? "dynamic provider" : "plugin"}.`);
    await Promise.race([stopped, runSteps(bench, report, flags.keep ? interrupted : undefined)]);
  } finally {
    await bench.close();
  }
  return report.close();
}

async function runSteps(bench: Workbench, report: Report, keepUntil: Promise<unknown> | undefined): Promise<void> {
  const { stacks, runs } = await createKeys(bench, report);
  await useKeys(bench, report, runs);
  await changeScopes(bench, report, stacks, runs);
  await changeNothing(bench, report, stacks);
  if (keepUntil) await keepOpen(bench, report, keepUntil);
  else await destroyAll(bench, report, stacks);
}

type Stacks = Map<string, Stack>;
type Runs = Map<string, Run>;

async function createKeys(bench: Workbench, report: Report): Promise<{ stacks: Stacks; runs: Runs }> {
  report.step("1. pulumi up creates a key for each environment");
  const stacks: Stacks = new Map();
  const runs: Runs = new Map();
  for (const name of ENVIRONMENTS) {
    const stack = await bench.environment(name);
    const run = await bench.up(stack);
    stacks.set(name, stack);
    runs.set(name, run);
    report.check(`${name}: one key was created`, run.steps.join() === "create");
  }
  const keys = await bench.keys();
  report.say(keyTable(keys));
  const distinct = new Set([...runs.values()].map(({ keyId }) => keyId));
  report.check("each environment has its own key, with its scopes", distinct.size === 2 && keys.every(hasBothScopes));
  return { stacks, runs };
}

function hasBothScopes({ scopes }: Key): boolean {
  return scopes.join() === "models:read,chat:completions";
}

async function useKeys(bench: Workbench, report: Report, runs: Runs): Promise<void> {
  report.step("2. The keys work, and the state holds them encrypted only");
  for (const [name, { key }] of runs) {
    report.check(`${name}: GET /v1/models responds with 200`, (await bench.dataPlane(key)) === 200);
  }
  const values = [...runs.values()].map(({ key }) => key);
  const { files, leaking } = await bench.searchState(values);
  report.say(`State: ${bench.stateFolder}`);
  report.check(`none of its ${files} files contains a key value in clear`, leaking.length === 0 && files > 0);
}

async function changeScopes(bench: Workbench, report: Report, stacks: Stacks, runs: Runs): Promise<void> {
  report.step("3. The scopes of staging change: pulumi up creates a new key, then revokes the old one");
  const stack = stacks.get("staging");
  const before = runs.get("staging");
  if (!stack || !before) throw new Error("The stack staging is missing.");
  await stack.setConfig("environments:scopes[0]", { value: "models:read" }, true);
  const after = await bench.up(stack);
  report.check(
    `steps of the engine: ${after.steps.join(", then ")}`,
    after.steps.join() === "create-replacement,delete-replaced",
  );
  report.check("the old key value is refused with 401", (await bench.dataPlane(before.key)) === 401);
  report.check("the new key value is accepted with 200", (await bench.dataPlane(after.key)) === 200);
  report.say(keyTable(await bench.keys()));
}

async function changeNothing(bench: Workbench, report: Report, stacks: Stacks): Promise<void> {
  report.step("4. A second pulumi up changes nothing");
  for (const [name, stack] of stacks) {
    const { steps } = await bench.up(stack);
    report.check(`${name}: no steps`, steps.length === 0);
  }
}

async function destroyAll(bench: Workbench, report: Report, stacks: Stacks): Promise<void> {
  report.step("5. pulumi destroy revokes every key");
  for (const stack of stacks.values()) await stack.destroy();
  const keys = await bench.keys();
  report.say(keyTable(keys));
  report.check(
    "no active key is left",
    keys.every(({ status }) => status === "revoked"),
  );
}

async function keepOpen(bench: Workbench, report: Report, until: Promise<unknown>): Promise<void> {
  report.step("The gateway and the stacks stay open until Ctrl-C");
  report.say("To look at them from another shell:");
  const variables = Object.entries(bench.env).map(([name, value]) => `export ${name}='${value}'`);
  report.say(variables.join("\n"));
  report.say(`curl -H "Authorization: Bearer $DENCH_API_KEY" $DENCH_BASE_URL${operations.listKeys.path}`);
  report.say(`${bench.engineCommand} stack output --show-secrets --stack production --cwd ${bench.projectFolder}`);
  await until;
  report.step("Cleaning up");
}

main().then(
  (passed) => {
    process.exitCode = passed ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`\nThe demo failed: ${errorMessage(error)}\n`);
    process.exitCode = 1;
  },
);
