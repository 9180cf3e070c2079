import { appendFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { describeWithEngine } from "../support/stack";
import { faultCases } from "./cases";
import { FaultScene, type Operation } from "./scene";

/** Runs one operation into its faults, on one stack. Then destroys the stack. */
export function faultSuite(operation: Operation): void {
  const cases = faultCases().filter((each) => each.operation === operation);

  describeWithEngine(operation.name, () => {
    const closing: (() => void | Promise<void>)[] = [];
    let scene: FaultScene;
    let attempt = 1;

    beforeAll(async () => {
      scene = await FaultScene.open((close) => void closing.push(close));
      await operation.prepare(scene, attempt);
      await scene.stack.up();
    });

    it.each(cases)("survives: $fault.name, $moment the server has done its work", async ({ fault, moment }) => {
      attempt += 1;
      const struck = await scene.run(operation, fault, moment, attempt);
      const verdict = await (fault.withoutRequestIds ? scene.judgeWithoutRequestIds() : scene.judge());
      await appendFile(inject("tally"), `${JSON.stringify(verdict)}\n`);
      expect(struck, "the fault struck").toBeGreaterThan(0);
      expect(new Set(Object.values(verdict)), JSON.stringify(verdict)).toEqual(new Set([0]));
    });

    it("and destroy leaves nothing that lives", async () => {
      await scene.stack.run("destroy", "--yes", "--skip-preview");
      expect(await scene.gateway.activeKeys()).toEqual([]);
    });

    afterAll(async () => {
      for (const close of closing.reverse()) await close();
    });
  });
}
