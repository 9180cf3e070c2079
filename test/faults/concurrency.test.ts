import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { CliStack, type KeyInState } from "../support/cli-stack";
import { testGateway } from "../support/gateway";
import { FaultProxy } from "../support/proxy";
import { RateLimit } from "../support/rate-limit";
import { amount, casesOf, itByAmount, itEach } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

const NAMES = Array.from({ length: 50 }, (_, index) => `key-${index}`);

describeByHost("fifty keys in one update", ({ dench }, it) => {
  it("are each created once by a gateway that throttles every third request", async () => {
    const gateway = await testGateway();
    const proxy = await FaultProxy.before(gateway.gateway.url);
    let calls = 0;
    proxy.onRequest = () => {
      calls += 1;
      return calls % 3 === 0 ? { status: 429, headers: { "retry-after": "0" } } : "pass";
    };
    const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1`, DENCH_MAX_RETRIES: "10" };
    const stack = await TestStack.create({ env });
    stack.program = async () => {
      for (const name of NAMES) new dench.GatewayKey(name, { name });
    };
    expect((await stack.up()).steps).toHaveLength(50);
    expect((await gateway.keys()).map(({ name }) => name).toSorted()).toEqual(NAMES.toSorted());
    expect((await stack.up()).steps).toEqual([]);
    expect((await stack.destroy()).steps).toHaveLength(50);
    expect(await gateway.activeKeys()).toEqual([]);
  });
});

describeWithEngine("two stacks in one workspace at the same time", () => {
  itEach(
    casesOf<[string, string, string]>([
      ["of the same program", "same", "same"],
      ["of two programs", "first", "second"],
    ]),
    ([what]) => `${what}, do not affect each other`,
    async ([, one, other]) => {
      const gateway = await testGateway();
      const stacks = await Promise.all([CliStack.create(gateway.env), CliStack.create(gateway.env)]);
      const program = (name: string, version: string) => ({
        a: { properties: { name: `${name} a ${version}` } },
        b: { properties: { name: `${name} b ${version}`, rotation: { overlap: "1h" } } },
      });
      for (const version of ["1", "2", "3"]) {
        await Promise.all(
          stacks.map(async (stack, index) => {
            await stack.write(program(index === 0 ? one : other, version));
            await stack.up();
          }),
        );
      }
      const inStates = (await Promise.all(stacks.map((stack) => stack.keysInState()))).flat();
      // Each stack has `a`, and `b` with its previous key.
      expect(new Set(inStates.map(({ keyId }) => keyId)).size).toBe(6);
      expect((await gateway.activeKeys()).map(({ id }) => id).toSorted()).toEqual(
        inStates.map(({ keyId }) => keyId).toSorted(),
      );
      for (const { key } of inStates) expect(await gateway.dataPlane(key)).toBe(200);
      await Promise.all(stacks.map((stack) => stack.run("destroy", "--yes", "--skip-preview")));
      expect(await gateway.activeKeys()).toEqual([]);
    },
  );
});

const STACKS = amount({ sample: 6, all: 50 });
const PROCESSES = amount({ sample: 3, all: 8 });
const KEYS = ["a", "b", "c", "d"];
/** The requests of an update in addition to one for each of its new keys. */
const OVERHEAD = 3;

/** Runs the first update of a stack until it succeeds, and returns the number of runs. */
async function runsUntilUp(stack: CliStack): Promise<number> {
  for (let runs = 1; ; runs += 1) {
    const { code, output } = await stack.start("up", "--yes", "--skip-preview").ended;
    if (code === 0) return runs;
    expect(output).toContain("[dench:rate_limited]");
  }
}

describeWithEngine(`${STACKS} stacks, updated by ${PROCESSES} processes in a workspace with a rate limit`, () => {
  itByAmount(
    "get each key once, and the gateway refuses each waiting request once per Retry-After",
    async () => {
      const gateway = await testGateway();
      const proxy = await FaultProxy.before(gateway.gateway.url);
      const limit = new RateLimit(PROCESSES);
      proxy.onRequest = () => limit.admit();
      const program = Object.fromEntries(KEYS.map((name) => [name, { properties: { name } }]));
      const inStates: KeyInState[] = [];
      let runs = 0;
      const stacks = Array.from({ length: STACKS }).values();
      const updateStacks = async () => {
        for (const _ of stacks) {
          const stack = await CliStack.create({ ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` });
          await stack.write(program);
          const needed = await runsUntilUp(stack);
          runs += needed;
          inStates.push(...(await stack.keysInState()));
        }
      };
      await Promise.all(Array.from({ length: PROCESSES }, updateStacks));

      expect(inStates).toHaveLength(STACKS * KEYS.length);
      const ids = (await gateway.keys()).map(({ id }) => id);
      expect(ids.toSorted()).toEqual(inStates.map(({ keyId }) => keyId).toSorted());
      for (const { key } of inStates) expect(await gateway.dataPlane(key)).toBe(200);

      expect(limit.admitted).toBeLessThanOrEqual(STACKS * KEYS.length + runs * OVERHEAD);
      expect(Math.max(...limit.refused)).toBeGreaterThan(0);
      // Each process has at most one request for each key on its way.
      expect(Math.max(...limit.refused)).toBeLessThanOrEqual(PROCESSES * KEYS.length);
    },
    300_000,
  );
});
