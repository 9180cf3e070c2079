import { expect, it } from "vitest";
import { testGateway } from "../support/gateway";
import { exampleProgram } from "../support/program";
import { DAY, HOUR } from "../support/scene";
import { describeWithEngine, TestStack } from "../support/stack";

describeWithEngine("examples/rotation", () => {
  it("rotates the key when the team changes, monthly with a day's overlap, and immediately on an incident", async () => {
    const now = { ms: Date.parse("2026-05-01T00:00:00Z") };
    const gateway = await testGateway({ clock: () => now.ms });
    const stack = await TestStack.create({ env: gateway.env, program: exampleProgram("rotation/index") });
    const config = (name: string, value: string) => stack.stack.setConfig(`test:${name}`, { value });
    const up = async (waitMs = 0) => {
      now.ms += waitMs;
      stack.setEnv("DENCH_TEST_NOW", new Date(now.ms).toISOString());
      const { steps, outputs } = await stack.up();
      return { steps, ...outputs["keys"]?.value };
    };
    const open = (...keys: string[]) => Promise.all(keys.map((key) => gateway.dataPlane(key)));

    await config("team", "2026-05");
    const first = await up();
    expect(first.steps.toSorted()).toEqual(["create api", "create edge", "create worker"]);

    await config("team", "2026-06");
    const second = await up(HOUR);
    expect(second.steps).toEqual(["update api"]);
    expect(await open(first.api, second.api)).toEqual([200, 200]);

    const third = await up(31 * DAY);
    expect(third.steps.toSorted()).toEqual(["update api", "update worker"]);
    expect(await open(first.api, second.api, first.worker, third.worker)).toEqual([401, 200, 200, 200]);

    await config("incident", "INC-1234");
    const fourth = await up(25 * HOUR);
    expect(await open(first.edge, fourth.edge)).toEqual([401, 200]);
    expect(await open(first.worker, third.worker)).toEqual([401, 200]);
  });
});
