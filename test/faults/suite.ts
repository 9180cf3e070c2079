import { appendFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { describeWithEngine } from "../support/stack";
import { faultCases } from "./cases";
import { FaultScene, type Operation } from "./scene";

/** Registers a test for each fault of an operation, all on one stack, and a final one that destroys the stack. */
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

    it.each(cases)("survives: $fault.name, $moment the server has processed the request", async ({ fault, moment }) => {
      attempt += 1;
      const struck = await scene.run(operation, fault, moment, attempt);
      const verdict = await (fault.withoutRequestIds ? scene.judgeWithoutRequestIds() : scene.judge());
      await appendFile(inject("tally"), `${JSON.stringify(verdict)}\n`);
      expect(struck, "the fault occurred").toBeGreaterThan(0);
      expect(new Set(Object.values(verdict)), JSON.stringify(verdict)).toEqual(new Set([0]));
    });

    it("leaves no active keys after destroy", async () => {
      await scene.stack.run("destroy", "--yes", "--skip-preview");
      expect(await scene.gateway.activeKeys()).toEqual([]);
    });

    afterAll(async () => {
      for (const close of closing.reverse()) await close();
    });
  });
}
