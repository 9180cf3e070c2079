import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { expect } from "vitest";
import { CliStack, endProcess, type RunningCommand, type YamlResource } from "../support/cli-stack";
import { type TestGateway, testGateway } from "../support/gateway";
import type { CleanUp } from "../support/project";
import { FaultProxy, isCreation, isRevocation, type Passing, type ProxyAction } from "../support/proxy";

/** The seed of a failed run, to repeat its kills. */
const SEED = process.env["FAULT_SEED"];

/** A kill at one of the writes of an update. */
interface Kill {
  /** The index of the write. */
  readonly write: number;
  /** Before the server gets the write, before the provider gets the response, or some milliseconds later. */
  readonly moment: "before" | "after" | number;
  readonly isProviderToo: boolean;
}

/** Returns kills at any of so many writes, each equally likely. By default, most would be at the first and last writes. */
const killAt = (writes: number): fc.Arbitrary<Kill> =>
  fc.noBias(
    fc.record({
      write: fc.nat(writes - 1),
      moment: fc.oneof(fc.constantFrom("before", "after"), fc.nat(200)),
      isProviderToo: fc.boolean(),
    }),
  );

/** The stacks that are killed, each several times. */
interface Victims {
  readonly stacks: number;
  readonly killsPerStack: number;
  /** The number of keys in the program. A multiple of 5. */
  readonly keys: number;
  /** The number of runs that start at the same time and are killed at the same time. Defaults to 1. */
  readonly runsAtOnce?: number;
  /** Returns environment variables of every run. */
  env?(cleanUp: CleanUp): Promise<Readonly<Record<string, string>>>;
  /** Runs the first update of a new stack. Defaults to `up`. */
  firstUpdate?(stack: CliStack): Promise<unknown>;
}

/** Kills updates at random writes, and expects that no kill orphans a key or revokes a value in the state. */
export async function expectKillsSurvived(victims: Victims): Promise<void> {
  const { keys, killsPerStack } = victims;
  const kills = fc.array(killAt(writesOf(keys)), { minLength: killsPerStack, maxLength: killsPerStack });
  await fc.assert(
    fc.asyncProperty(kills, async (kills) => {
      const closing: (() => void | Promise<void>)[] = [];
      try {
        await survive(kills, victims, (close) => void closing.push(close));
      } finally {
        for (const close of closing.reverse()) await close();
      }
    }),
    // Shrinking a failure would take too long. The failure names the seed.
    { numRuns: victims.stacks, endOnFailure: true, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  );
}

/** Kills a stack's update several times, recovers each time, and compares the workspace with the state. */
async function survive(kills: readonly Kill[], victims: Victims, cleanUp: CleanUp): Promise<void> {
  const { keys, runsAtOnce = 1, env, firstUpdate = (stack) => stack.up() } = victims;
  const gateway = await testGateway({}, cleanUp);
  const proxy = await FaultProxy.before(gateway.gateway.url, cleanUp);
  const more = await env?.(cleanUp);
  const stack = await CliStack.create({ ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1`, ...more }, cleanUp);
  await stack.write(program(0, keys));
  await firstUpdate(stack);

  for (const [index, kill] of kills.entries()) {
    const round = index + 1;
    await stack.write(program(round, keys));
    const runs = Array.from({ length: runsAtOnce }, () => stack.start("up", "--yes", "--skip-preview"));
    await killAtWrite(runs, kill, proxy);
    await stack.recover();
    await expectSame(gateway, stack, { round, isValueTried: round % 5 === 0 || round === kills.length });
  }
  await stack.run("destroy", "--yes", "--skip-preview");
  expect(await gateway.activeKeys()).toEqual([]);
}

/** Kills runs at a write. */
async function killAtWrite(
  runs: readonly RunningCommand[],
  { write, moment, isProviderToo }: Kill,
  proxy: FaultProxy,
): Promise<void> {
  const { promise: killed, resolve, reject } = Promise.withResolvers<void>();
  const strike = async (): Promise<ProxyAction> => {
    for (const run of runs) await killRun(run, isProviderToo);
    resolve();
    return "cut";
  };
  let writes = 0;
  const act = (request: Passing): ProxyAction | Promise<ProxyAction> => {
    if (!isCreation(request) && !isRevocation(request)) return "pass";
    writes += 1;
    if (writes !== write + 1) return "pass";
    if (typeof moment !== "number") return strike();
    wait(moment).then(strike).catch(reject);
    return "pass";
  };
  if (moment === "after") proxy.onResponse = act;
  else proxy.onRequest = act;
  const ended = Promise.all(runs.map((run) => run.ended)).then((all) => all.map(({ output }) => output).join(""));
  const outputs = await Promise.race([killed, ended]);
  // A run may end in the milliseconds before its kill.
  expect(writes, outputs ?? "").toBeGreaterThan(write);
  await killed;
  proxy.onRequest = () => "pass";
  proxy.onResponse = () => "pass";
}

async function killRun(run: RunningCommand, isProviderToo: boolean): Promise<void> {
  const plugins = await run.plugins();
  await run.kill();
  if (isProviderToo) plugins.forEach(endProcess);
}

/** Expects that the keys in the state are exactly the active keys. */
async function expectSame(
  gateway: TestGateway,
  stack: CliStack,
  { round, isValueTried }: { round: number; isValueTried: boolean },
): Promise<void> {
  const inState = await stack.keysInState();
  const live = (await gateway.activeKeys()).map(({ id }) => id);
  expect(live.toSorted(), `after kill ${round}`).toEqual(inState.map(({ keyId }) => keyId).toSorted());
  if (!isValueTried) return;
  for (const { name, key } of inState) expect(await gateway.dataPlane(key), `${name} after kill ${round}`).toBe(200);
}

/** Returns a program whose update replaces, rotates in place, deletes before replacement, creates and removes keys. */
function program(round: number, keys: number): Record<string, YamlResource> {
  const copies = Array.from({ length: keys / 5 }, (_, copy): Record<string, YamlResource> => {
    const named = (name: string) => ({ name: `${name} ${copy} ${round}` });
    return {
      [`replaced-${copy}`]: { properties: named("replaced") },
      [`rotated-${copy}`]: { properties: { ...named("rotated"), rotation: { overlap: "1h" } } },
      [`first-${copy}`]: { properties: named("first"), options: { deleteBeforeReplace: true } },
      [`created-${copy}-${round}`]: { properties: named("created") },
      [`anchor-${copy}`]: { properties: { name: `anchor ${copy}` } },
    };
  });
  return Object.assign({}, ...copies);
}

/**
 * Returns the lowest number of creations and revocations in an update of the program: of five keys, it creates four, and revokes
 * the replaced ones and the removed one.
 */
function writesOf(keys: number): number {
  return (keys / 5) * (4 + 3);
}
