import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { CliStack, endProcess, type YamlResource } from "../support/cli-stack";
import { testGateway } from "../support/gateway";
import { describeWithEngine } from "../support/stack";

const KILLS = 25;
const SEED = Number(process.env["FAULT_SEED"] ?? Date.now() % 1_000_000);

/** A small generator of random numbers, so that a run can be had again by its seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Programs that replace, rotate in place, delete before they replace, and create, all at once. */
function program(round: number): Record<string, YamlResource> {
  return {
    replaced: { properties: { name: `replaced ${round}` } },
    rotated: { properties: { name: `rotated ${round}`, rotation: { overlap: "1h" } } },
    first: { properties: { name: `first ${round}` }, options: { deleteBeforeReplace: true } },
    [`created-${round}`]: { properties: { name: `created ${round}` } },
    anchor: { properties: { name: "anchor" } },
  };
}

describeWithEngine("kills at random moments", () => {
  it.each([0, 1, 2, 3])(
    `leave no key behind and no value dead: part %d of 4, ${KILLS} kills, seed ${SEED}`,
    async (part) => {
      const random = randomFrom(SEED + part);
      const gateway = await testGateway();
      const stack = await CliStack.create(gateway.env);
      await stack.write(program(0));
      await stack.up();

      let usualMs = 1500;
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await stack.write(program(kill));
        const run = stack.start("up", "--yes", "--skip-preview");
        await Promise.race([wait(random() * usualMs), run.ended]);
        const plugins = await run.plugins();
        const isProviderToo = random() < 0.5;
        await run.kill();
        if (isProviderToo) plugins.forEach(endProcess);
        const started = performance.now();
        await stack.recover();
        usualMs = (usualMs + performance.now() - started) / 2;

        const inState = await stack.keysInState();
        const live = (await gateway.activeKeys()).map(({ id }) => id);
        expect(live.toSorted(), `after kill ${kill}`).toEqual(inState.map(({ keyId }) => keyId).toSorted());
        for (const { name, key } of inState) {
          if (kill % 5 === 0) expect(await gateway.dataPlane(key), `${name} after kill ${kill}`).toBe(200);
        }
      }
      await stack.run("destroy", "--yes", "--skip-preview");
      expect(await gateway.activeKeys()).toEqual([]);
    },
    600_000,
  );
});
