import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "vitest";
import * as z from "zod";
import * as plugin from "../../sdk";
import { version } from "../../version";
import {
  RECORDED_AT,
  type RecordedState,
  readState,
  restoreState,
  stateFile,
  stateToRecord,
  withoutAbsentOutputs,
  writeState,
} from "../recorded/state";
import { failureOf } from "../support/failure";
import { temporaryFolder } from "../support/folder";
import { type TestGateway, testGateway } from "../support/gateway";
import { hosts } from "../support/hosts";
import { projectRoot } from "../support/project";
import { cellsOf, it, itEach, itInRest } from "../support/sample";
import { DAY } from "../support/scene";
import { describeWithEngine, TestStack } from "../support/stack";
import { isUpdate } from "../support/transcript";

type Dench = (typeof hosts)[number]["dench"];

interface Arguments {
  readonly team: string;
  /** The ID of a key to import. Null if the key is in the state already. */
  readonly imports: string | null;
}

/**
 * The program of the recordings: `ci` is rotated with an overlap, and `imported` is a key without its value. It stays as it is,
 * since users do not change their program with an upgrade. The dynamic provider imports no keys.
 */
function program({ host, dench }: { host: string; dench: Dench }, { team, imports }: Arguments) {
  const ci = new dench.GatewayKey("ci", {
    name: "CI",
    scopes: ["models:read", "chat:completions"],
    rotation: { triggers: { team }, after: "30d", overlap: "24h" },
    keepIfUsedWithin: "1h",
    compromised: "INC-1",
  });
  const plain = new dench.GatewayKey("plain", { name: "plain" });
  const primary = new dench.PrimarySandboxKey("primary", { rotation: { triggers: { team: "a" } } });
  if (host === "plugin")
    new dench.GatewayKey("imported", { name: "imported", scopes: ["models:read"] }, imports ? { import: imports } : {});
  return { ci: ci.key, previous: ci.previousKey, plain: plain.key, primary: primary.key };
}

const writers = [
  { host: "plugin", dench: hosts[0]?.dench },
  { host: "dynamic", dench: hosts[1]?.dench },
].flatMap(({ host, dench }) => (dench ? [{ host, dench }] : []));

/** The versions that have a recording, oldest first. */
const versions = globSync("test/recorded/states/*-plugin.json", { cwd: projectRoot })
  .map((file) => basename(file, "-plugin.json"))
  .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));

interface Scene {
  readonly stack: TestStack;
  readonly gateway: TestGateway;
  readonly wait: (milliseconds: number) => void;
}

/** Opens a stack, and a gateway with a database at `data` and the clock of the recordings. */
async function open(data: string): Promise<Scene> {
  const now = { ms: RECORDED_AT };
  const gateway = await testGateway({ data, clock: () => now.ms });
  const time = () => new Date(now.ms).toISOString();
  const stack = await TestStack.create({ env: { ...gateway.env, DENCH_TEST_NOW: time() } });
  const wait = (milliseconds: number) => {
    now.ms += milliseconds;
    stack.setEnv("DENCH_TEST_NOW", time());
  };
  return { stack, gateway, wait };
}

/** Opens a stack that has a recorded state, with the gateway that has its keys. */
async function restored(recorded: RecordedState): Promise<Scene> {
  const data = join(await temporaryFolder(), "gateway.db");
  const resources = restoreState(recorded, data);
  const scene = await open(data);
  const { stack } = scene.stack;
  // An imported state keeps the secrets provider of the stack.
  const exported = await stack.exportStack();
  await stack.importStack({ ...exported, deployment: { ...exported.deployment, resources } });
  return scene;
}

describeWithEngine("a state that an earlier version wrote", () => {
  const forms = [
    { form: "as it is", change: (recorded: RecordedState) => recorded },
    { form: "without the outputs that have no value", change: withoutAbsentOutputs },
  ];
  const cases = cellsOf(writers, forms);
  itEach(
    versions.flatMap((from) => cases.map(([writer, form]) => ({ from, writer, ...form }))),
    ({ from, writer, form }) => `causes no changes and loses no key: ${from}, ${writer.host}, ${form}`,
    async ({ from, writer, change }) => {
      const { stack, gateway, wait } = await restored(change(readState(stateFile(from, writer.host))));
      const before = await gateway.activeKeys();
      stack.program = async () => program(writer, { team: "b", imports: null });

      await stack.stack.preview({ expectNoChanges: true });
      expect((await stack.refresh()).steps).toEqual([]);
      const { steps, outputs } = await stack.up();
      expect(steps).toEqual([]);
      expect(await gateway.activeKeys()).toEqual(before);
      for (const name of ["ci", "previous", "plain", "primary"]) {
        expect(outputs[name], name).toMatchObject({ value: expect.any(String), secret: true });
        expect(await gateway.dataPlane(outputs[name]?.value), name).toBe(200);
      }

      wait(DAY + 1);
      expect((await stack.up()).steps).toEqual(["update ci"]);
      expect(await gateway.dataPlane(outputs["previous"]?.value)).toBe(401);
      expect(await gateway.activeKeys()).toHaveLength(before.length - 1);
      await stack.destroy();
      expect(await gateway.activeKeys()).toEqual([]);
    },
  );
});

describeWithEngine("a newer version", () => {
  it("of the SDK, or a state that it wrote, fails each command in one sentence, and nothing changes", async () => {
    const { stack, gateway } = await restored(
      withNewOutput(readState(stateFile(versions.at(-1) ?? version, "plugin"))),
    );
    const [before, state] = [await gateway.keys(), (await stack.stack.exportStack()).deployment];
    stack.program = async () => program({ host: "plugin", dench: plugin }, { team: "c", imports: null });
    const newerState = "a newer version of pulumi-dench wrote it, with nextKeyId. Nothing was changed.";
    for (const command of [() => stack.preview(), () => stack.refresh(), () => stack.up()]) {
      expect(await failureOf(command())).toContain(newerState);
    }
    stack.program = async () => void new plugin.GatewayKey("ci", { name: "CI" }, { version: "99.0.0" });
    const newerSdk = "the program's SDK has version 99.0.0, but the plugin has";
    expect(await failureOf(stack.up())).toContain(newerSdk);
    expect(await gateway.keys()).toEqual(before);
    expect(keyResources((await stack.stack.exportStack()).deployment)).toEqual(keyResources(state));
  });
});

/** Returns a recording in which `ci` has an output that this version does not have. */
function withNewOutput(recorded: RecordedState): RecordedState {
  const resources = recorded.resources.map((resource) => {
    const { outputs } = resource;
    if (!resource.urn.endsWith("::ci") || typeof outputs !== "object") return resource;
    return { ...resource, outputs: { ...outputs, nextKeyId: "key_next" } };
  });
  return { ...recorded, resources };
}

/** Returns the ID, inputs and outputs of each of our resources. */
function keyResources(deployment: unknown): unknown {
  const { resources } = z
    .object({ resources: z.array(z.looseObject({ urn: z.string(), type: z.string() })) })
    .parse(deployment);
  const ours = resources.filter(({ type }) => type.startsWith("dench:"));
  return new Map(ours.map(({ urn, id, inputs, outputs }) => [urn, { id, inputs, outputs }]));
}

describeWithEngine("the newest recording", () => {
  for (const writer of writers) {
    itInRest(`has the properties that this version writes, by ${writer.host}`, async () => {
      const data = join(await temporaryFolder(), "gateway.db");
      const { stack, gateway, wait } = await open(data);
      wait(-DAY / 2);
      const imported = { name: "imported", scopes: ["models:read"] };
      const imports = writer.host === "plugin" ? (await gateway.call("POST", "/api-keys", imported)).id : null;
      for (const args of [
        { team: "a", imports },
        { team: "b", imports: null },
      ]) {
        stack.program = async () => program(writer, args);
        await stack.up();
        wait(DAY / 4);
      }
      const written = stateToRecord(await stack.stack.exportStack(), data);
      if (isUpdate()) await writeState(stateFile(version, writer.host), written);
      const newest = readState(stateFile(versions.at(-1) ?? version, writer.host));
      expect(propertiesOf(written), "if an output is new, run `npm run record`").toEqual(propertiesOf(newest));
    });
  }
});

/** Returns the names of the inputs and outputs of each resource. */
function propertiesOf({ resources }: RecordedState): Record<string, unknown> {
  return Object.fromEntries(
    resources
      .filter(({ type }) => !type.startsWith("pulumi:"))
      .map(({ urn, inputs, outputs }) => [urn, { inputs: namesOf(inputs), outputs: namesOf(outputs) }]),
  );
}

function namesOf(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.keys(value).sort() : [];
}
