import { expect } from "vitest";
import { type CliScene, cliScene } from "../support/cli-scene";
import { postgresBackEnd } from "../support/postgres";
import type { CleanUp } from "../support/project";
import { isCreation, type ProxyAction } from "../support/proxy";
import { amount, it, itByAmount } from "../support/sample";
import { describeWithEngine } from "../support/stack";
import { type Describe, describeWithTools } from "../support/tools";
import { expectConverged } from "./crash";
import { expectKillsSurvived } from "./kills";

const KILLS = amount({ sample: 2, all: 10 });
const LOCKED = "the stack is currently locked";

/** Returns the variables of the environment that select a back end. */
type BackEnd = (cleanUp?: CleanUp) => Promise<Record<string, string>>;

const onFiles: BackEnd = async () => ({});
const onPostgres: BackEnd = async (cleanUp) => ({ PULUMI_BACKEND_URL: await postgresBackEnd(cleanUp) });

const backEnds: readonly (readonly [string, Describe, BackEnd])[] = [
  ["a file back end", describeWithEngine, onFiles],
  ["a Postgres back end", describeWithTools("PostgreSQL"), onPostgres],
];

const program = (version: string) => ({
  replaced: { properties: { name: `replaced ${version}` } },
  rotated: { properties: { name: `rotated ${version}`, rotation: { overlap: "1h" } } },
  [`created-${version}`]: { properties: { name: `created ${version}` } },
});

/** Starts an update, runs `meanwhile` while its first creation is on its way, and returns the update's exit code. */
async function whileUpdating({ proxy, stack }: CliScene, meanwhile: () => Promise<void>): Promise<number | null> {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  proxy.onRequest = async (request): Promise<ProxyAction> => {
    if (!isCreation(request)) return "pass";
    proxy.onRequest = () => "pass";
    arrive();
    await held;
    return "pass";
  };
  const run = stack.start("up", "--yes", "--skip-preview");
  await arrived;
  await meanwhile().finally(release);
  return (await run.ended).code;
}

for (const [name, describe, backEnd] of backEnds) {
  describe(`two concurrent runs of a stack, on ${name}`, () => {
    it("are impossible: the second run fails, and the first one creates each key once", async () => {
      const now = await cliScene(await backEnd());
      await now.stack.write(program("1"));
      const code = await whileUpdating(now, async () => {
        const { code, output } = await now.stack.start("up", "--yes", "--skip-preview").ended;
        expect(code).not.toBe(0);
        expect(output).toContain(LOCKED);
      });
      expect(code).toBe(0);
      await expectConverged(now, ["replaced", "rotated", "created-1"]);
      expect(await now.gateway.keys()).toHaveLength(3);
    });

    it("after `pulumi cancel` orphan no key, and one more run gives each key a valid value", async () => {
      const now = await cliScene(await backEnd());
      await now.stack.write(program("1"));
      await now.stack.up();
      await now.stack.write(program("2"));
      await whileUpdating(now, async () => {
        await now.stack.run("cancel", "--yes");
        await now.stack.up();
      });
      await now.stack.recover();
      const inState = await now.stack.keysInState();
      const live = (await now.gateway.activeKeys()).map(({ id }) => id);
      expect(live.toSorted()).toEqual(inState.map(({ keyId }) => keyId).toSorted());
      for (const { key } of inState) expect(await now.gateway.dataPlane(key)).toBe(200);
    });
  });

  describe(`kills at random moments of two concurrent runs of a stack, on ${name}`, () => {
    itByAmount(
      `orphan no key, and revoke no value in the state: ${KILLS} kills`,
      () =>
        expectKillsSurvived({
          stacks: 1,
          killsPerStack: KILLS,
          keys: 5,
          runsAtOnce: 2,
          env: backEnd,
        }),
      1_800_000,
    );
  });
}
