import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { blocksOf, sectionOf } from "../support/documented";
import { failureOf } from "../support/failure";
import { type TestGateway, testGateway } from "../support/gateway";
import { programOf } from "../support/program";
import { projectRoot } from "../support/project";
import { casesOf, it, itEach, itInRest } from "../support/sample";
import { DAY, HOUR } from "../support/scene";
import { TestStack } from "../support/stack";
import { type Delivery, standInProviders } from "../support/stand-in-provider";
import { describeWithTools } from "../support/tools";

const source = (name: string) => readFile(join(projectRoot, "examples/delivery", `${name}.ts`), "utf8");

/** A program that passes its key to another provider. */
interface Case {
  readonly program: string;
  /** Returns the key value in a write of that provider. */
  readonly keyIn: (delivery: Delivery) => unknown;
  readonly withoutOverlap: boolean;
}

const text = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((each, name) => (typeof each === "object" && each !== null ? Reflect.get(each, name) : undefined), value);

const PROGRAMS = [
  { program: "kubernetes", keyIn: ({ inputs }: Delivery) => text(inputs, "stringData", "DENCH_KEY") },
  { program: "github", keyIn: ({ inputs }: Delivery) => text(inputs, "value") },
  { program: "aws", keyIn: ({ inputs }: Delivery) => text(inputs, "secretString") },
];
const CASES: readonly Case[] = [false, true].flatMap((withoutOverlap) =>
  PROGRAMS.map((each) => ({ ...each, withoutOverlap })),
);

describeWithTools("Python")("examples/delivery", () => {
  itEach(
    casesOf(CASES),
    ({ program, withoutOverlap }) =>
      `${program} gets a new key before the old one is revoked, ${withoutOverlap ? "without" : "with"} an overlap`,
    async ({ program, keyIn, withoutOverlap }) => {
      const now = { ms: Date.parse("2026-05-01T00:00:00Z") };
      const gateway = await testGateway({ clock: () => now.ms });
      const deliveries: Delivery[] = [];
      const delivered: unknown[] = [];
      /** What the data plane responds to the old and the new key when the new one is delivered. */
      const during: number[][] = [];
      const env = await standInProviders(["kubernetes", "github", "aws"], async (delivery) => {
        deliveries.push(delivery);
        const key = keyIn(delivery);
        if (key === undefined || key === delivered.at(-1)) return;
        during.push(await open(gateway, [...delivered.slice(-1), key]));
        delivered.push(key);
      });
      const stack = await TestStack.create({ env: { ...gateway.env, ...env } });
      const code = await source(program);
      stack.program = await programOf(withoutOverlap ? code.replace(', overlap: "24h"', "") : code);
      const up = async (waitMs: number) => {
        now.ms += waitMs;
        stack.setEnv("DENCH_TEST_NOW", new Date(now.ms).toISOString());
        deliveries.length = 0;
        return stack.up();
      };

      await up(0);
      await up(31 * DAY);
      expect(delivered).toHaveLength(2);
      expect(during).toEqual([[200], [200, 200]]);
      if (program === "kubernetes") {
        const [{ id } = { id: "" }] = await gateway.keys();
        const deployment = deliveries.find(({ type }) => type === "kubernetes:apps/v1:Deployment");
        expect(text(deployment?.inputs, "spec", "template", "metadata", "annotations")).toEqual({
          "dench.com/key-id": id,
        });
      }
      await up(25 * HOUR);
      expect(deliveries).toEqual([]);
      expect(await open(gateway, delivered)).toEqual([401, 200]);
    },
  );

  itInRest("keeps the old key valid if a delivery fails, and the next update continues with the new key", async () => {
    const gateway = await testGateway();
    const delivered: unknown[] = [];
    let isFailing = false;
    const env = await standInProviders(["github"], async ({ inputs }) => {
      if (isFailing) throw new Error("GitHub does not respond");
      delivered.push(inputs["value"]);
    });
    const stack = await TestStack.create({ env: { ...gateway.env, ...env } });
    const code = (await source("github")).replace(', overlap: "24h"', "");
    stack.program = await programOf(code);
    await stack.up();
    stack.program = await programOf(code.replace('name: "CI"', 'name: "CI/CD"'));
    isFailing = true;
    expect(await failureOf(stack.up())).toContain("GitHub does not respond");
    expect(await open(gateway, delivered)).toEqual([200]);
    isFailing = false;
    await stack.up();
    expect(delivered).toHaveLength(2);
    expect(await open(gateway, delivered)).toEqual([401, 200]);
    expect(await gateway.activeKeys()).toHaveLength(1);
  });

  it("has the programs of docs/delivery.md", async () => {
    const programs = blocksOf(await sectionOf({ page: "docs/delivery.md" })).map(({ text: program }) => program);
    expect(programs).toEqual(await Promise.all(["kubernetes", "github", "aws", "env-file"].map(source)));
  });

  it("writes a file that only its user can read, from which running services switch keys without a refused request", async () => {
    const now = { ms: Date.parse("2026-05-01T00:00:00Z") };
    const gateway = await testGateway({
      clock: () => now.ms,
      monotonicClock: () => now.ms,
      propagationSeconds: HOUR / 1000,
    });
    const stack = await TestStack.create({ env: gateway.env, program: await programOf(await source("env-file")) });
    const file = join(stack.folder, ".env");
    await stack.stack.setConfig("test:envFile", { value: file });
    vi.stubEnv("DENCH_ENV_FILE", file);
    vi.stubEnv("DENCH_GATEWAY_URL", gateway.gateway.gatewayUrl);
    onTestFinished(() => void vi.unstubAllEnvs());
    const up = async (waitMs: number) => {
      now.ms += waitMs;
      stack.setEnv("DENCH_TEST_NOW", new Date(now.ms).toISOString());
      await stack.up();
      return keysIn(await readFile(file, "utf8"));
    };

    const [first, ...none] = await up(0);
    expect(none).toEqual([]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    now.ms += HOUR;
    const running = await Promise.all([startInTypeScript(), startInPython()]);
    const [second, previous] = await up(31 * DAY);
    expect(previous).toBe(first);
    // The data plane does not accept the new key yet. A service that starts now needs the previous one.
    expect(await open(gateway, [first, second])).toEqual([200, 401]);
    const starting = await Promise.all([startInTypeScript(), startInPython()]);
    expect(await up(25 * HOUR)).toEqual([second]);
    expect(await open(gateway, [first, second])).toEqual([401, 200]);
    for (const service of [...running, ...starting]) expect(await service.stop()).toEqual([200]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    // A preview knows the values, but changes no file.
    const before = await stat(file);
    await stack.preview();
    expect((await stat(file)).mtimeMs).toBe(before.mtimeMs);
  });
});

function keysIn(envFile: string): string[] {
  return Array.from(envFile.matchAll(/^DENCH_\w+=(.*)$/gm), ([, key = ""]) => key);
}

/** Sends requests by the service in TypeScript until it is stopped. Resolves after the first response. */
async function startInTypeScript(): Promise<Service> {
  // Each service reads the file when it starts.
  vi.resetModules();
  const { send } = await import("../../examples/delivery/service.js");
  const statuses = new Set<number>();
  const request = async () => void statuses.add((await send("/v1/models")).status);
  await request();
  let isRunning = true;
  const ended = (async () => {
    while (isRunning) await request();
  })();
  const stop = async () => {
    isRunning = false;
    await ended;
    return [...statuses];
  };
  return { stop };
}

/** The same for the service in Python. */
async function startInPython(): Promise<Service> {
  const program = `
import select, sys
sys.path.insert(0, ${JSON.stringify(join(projectRoot, "examples/delivery"))})
import service
service.send("/v1/models")
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    service.send("/v1/models")
`;
  const child = spawn("python3", ["-B", "-c", program], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  const stop = async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
    return [child.exitCode === 0 ? 200 : child.exitCode];
  };
  return { stop };
}

interface Service {
  /** Returns the statuses of its responses. */
  stop(): Promise<unknown[]>;
}

function open(gateway: TestGateway, keys: readonly unknown[]): Promise<number[]> {
  return Promise.all(keys.map((key) => gateway.dataPlane(key)));
}
