import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { expect } from "vitest";
import { CliStack, endProcess, type YamlResource } from "../support/cli-stack";
import { testGateway } from "../support/gateway";
import type { CleanUp } from "../support/project";
import { amount, itByAmount } from "../support/sample";
import { describeWithEngine } from "../support/stack";

const KILLS_PER_STACK = 10;
const STACKS = amount({ sample: 1, all: 10 });

/** The seed of a failed run, to repeat its kills. */
const SEED = process.env["FAULT_SEED"];

const kill = fc.record({
  /** The time of a kill, as a share of an update's usual duration. */
  moment: fc.double({ min: 0, max: 1, noNaN: true }),
  isProviderToo: fc.boolean(),
});

/** Returns a program whose update replaces, rotates in place, deletes before replacement, and creates a key. */
function program(round: number): Record<string, YamlResource> {
  return {
    replaced: { properties: { name: `replaced ${round}` } },
    rotated: { properties: { name: `rotated ${round}`, rotation: { overlap: "1h" } } },
    first: { properties: { name: `first ${round}` }, options: { deleteBeforeReplace: true } },
    [`created-${round}`]: { properties: { name: `created ${round}` } },
    anchor: { properties: { name: "anchor" } },
  };
}

type Kill = typeof kill extends fc.Arbitrary<infer Value> ? Value : never;

/** Kills a stack's update several times, recovers each time, and compares the workspace with the state. */
async function survive(kills: readonly Kill[], cleanUp: CleanUp): Promise<void> {
  const gateway = await testGateway({}, cleanUp);
  const stack = await CliStack.create(gateway.env, cleanUp);
  await stack.write(program(0));
  await stack.up();

  let usualMs = 1500;
  for (const [index, { moment, isProviderToo }] of kills.entries()) {
    const round = index + 1;
    await stack.write(program(round));
    const run = stack.start("up", "--yes", "--skip-preview");
    await Promise.race([wait(moment * usualMs), run.ended]);
    const plugins = await run.plugins();
    await run.kill();
    if (isProviderToo) plugins.forEach(endProcess);
    const started = performance.now();
    await stack.recover();
    usualMs = (usualMs + performance.now() - started) / 2;

    const inState = await stack.keysInState();
    const live = (await gateway.activeKeys()).map(({ id }) => id);
    expect(live.toSorted(), `after kill ${round}`).toEqual(inState.map(({ keyId }) => keyId).toSorted());
    for (const { name, key } of inState) {
      if (round % 5 === 0) expect(await gateway.dataPlane(key), `${name} after kill ${round}`).toBe(200);
    }
  }
  await stack.run("destroy", "--yes", "--skip-preview");
  expect(await gateway.activeKeys()).toEqual([]);
}

describeWithEngine("kills at random moments", () => {
  itByAmount(
    `orphan no key, and revoke no value in the state: ${STACKS} stacks, each killed ${KILLS_PER_STACK} times`,
    async () => {
      const kills = fc.array(kill, { minLength: KILLS_PER_STACK, maxLength: KILLS_PER_STACK });
      await fc.assert(
        fc.asyncProperty(kills, async (moments) => {
          const closing: (() => void | Promise<void>)[] = [];
          try {
            await survive(moments, (close) => void closing.push(close));
          } finally {
            for (const close of closing.reverse()) await close();
          }
        }),
        // Shrinking a failure would take too long. The failure names the seed.
        { numRuns: STACKS, endOnFailure: true, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
      );
    },
    1_800_000,
  );
});
