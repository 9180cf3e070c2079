import { expect } from "vitest";
import { cliScene } from "../support/cli-scene";
import { failureOf } from "../support/failure";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine } from "../support/stack";

const HOUR = 3_600_000;

/** Returns a scene in which the gateway reports every time with this offset. */
async function skewed(skewMs: number) {
  const now = await cliScene();
  const { proxy } = now;
  let skew = skewMs;
  proxy.date = () => new Date(Date.now() + skew);
  proxy.rewrite = (body) =>
    body.replaceAll(/"(createdAt|lastUsedAt|revokedAt)":(\d+)/g, (_, name, time) => `"${name}":${Number(time) + skew}`);
  /** Moves the server's clock forward by ten seconds. */
  const wait = () => {
    skew += 10_000;
  };
  return { ...now, wait };
}

const SKEWS = [
  ["two hours behind", -2 * HOUR],
  ["two hours ahead", 2 * HOUR],
] as const;

describeWithEngine("a server whose clock is off", () => {
  const program = (turn: string, more: object = {}) => ({
    ci: { properties: { name: "CI", rotation: { triggers: { turn }, overlap: "1s" }, ...more } },
  });

  itEach(
    casesOf(SKEWS),
    ([what]) => `by ${what}, does not make keepIfUsedWithin revoke a key that was just used`,
    async ([, skewMs]) => {
      const { gateway, stack, wait } = await skewed(skewMs);
      await stack.write(program("1", { keepIfUsedWithin: "1h" }));
      await stack.up();
      const { key } = (await stack.outputs())["ci"] ?? {};
      await stack.write(program("2", { keepIfUsedWithin: "1h" }));
      expect(await stack.up()).toMatch(/server's clock is 2 hours (ahead of|behind) this machine's/);
      expect(await gateway.dataPlane(key)).toBe(200);
      wait();
      expect(await stack.up()).toContain("keepIfUsedWithin protects it");
      expect(await gateway.dataPlane(key)).toBe(200);
    },
  );

  itEach(
    casesOf(SKEWS.toReversed()),
    ([what]) => `by ${what}, does not rotate a key too early, and does not extend an overlap`,
    async ([, skewMs]) => {
      const { gateway, stack, wait } = await skewed(skewMs);
      const aged = { ci: { properties: { name: "CI", rotation: { after: "1h", overlap: "10m" } } } };
      await stack.write(aged);
      await stack.up();
      await stack.up();
      expect(await gateway.keys()).toHaveLength(1);
      await stack.write(program("1"));
      await stack.up();
      await stack.write(program("2"));
      await stack.up();
      expect(await gateway.activeKeys()).toHaveLength(2);
      wait();
      await stack.up();
      expect(await gateway.activeKeys(), "the overlap of a second is over").toHaveLength(1);
    },
  );
});

describeWithEngine("a time that is out of range", () => {
  it("is rejected before it reaches the state, and the next update finds the key", async () => {
    const { gateway, proxy, stack } = await skewed(0);
    proxy.rewrite = (body) => body.replaceAll(/"createdAt":\d+/g, '"createdAt":8640000000000001');
    await stack.write({ ci: { properties: { name: "CI" } } });
    expect(await failureOf(stack.up())).toContain("[dench:unexpected_response]");
    expect(await stack.keysInState()).toEqual([]);
    proxy.rewrite = (body) => body;
    await stack.recover();
    expect(await gateway.activeKeys()).toHaveLength(1);
  });
});
