import fc from "fast-check";
import { expect } from "vitest";
import { primarySandboxKey } from "../../../../provider/resources/primary-sandbox-key";
import { PrimarySandboxKeyInputs } from "../../../../provider/resources/primary-sandbox-key/fields";
import type { Fields } from "../../../../provider/session/context";
import { UNKNOWN } from "../../../../provider/values/unknown";
import type { Generators } from "../../../support/generators";
import { MemoryEngine } from "../../../support/memory-engine";
import { type Fault, MemoryWorkspace } from "../../../support/memory-workspace";
import { amount, itByAmount } from "../../../support/sample";

const MINUTE = 60_000;
const RUNS = amount({ sample: 500, all: 10_000 });

const rotation: Generators<NonNullable<PrimarySandboxKeyInputs["rotation"]>> = {
  triggers: fc.dictionary(fc.constantFrom("team", "month"), fc.constantFrom("1", "2")),
  after: fc.constantFrom("2d", "30d"),
};
const fields: Generators<PrimarySandboxKeyInputs> = {
  reveal: fc.boolean(),
  rotation: fc.record(rotation, { requiredKeys: [] }),
  compromised: fc.constantFrom("INC-1", "INC-2", ""),
  waitUntilReady: fc.boolean(),
};
const program = fc
  .record(fields, { requiredKeys: [] })
  .filter((inputs) => PrimarySandboxKeyInputs.safeParse(inputs).success);

const faultOf = (...calls: Fault["call"][]): fc.Arbitrary<Fault> =>
  fc.record({ call: fc.constantFrom(...calls), moment: fc.constantFrom("before", "after") });
const fault = faultOf("rotate", "reveal", "reread");
/** If the workspace cannot be read, a plan is based on the state, so these faults may change what a plan decides. */
const anyFault = faultOf("rotate", "reveal", "reread", "read");

type Step =
  | { readonly do: "up"; readonly program: Fields; readonly faults: readonly Fault[] }
  | { readonly do: "wait" | "move the clock"; readonly minutes: number }
  | { readonly do: "rotate by hand" | "refresh" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("up"), program, faults: fc.array(anyFault, { maxLength: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait"), minutes: fc.constantFrom(10, 1500, 50_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("rotate by hand", "refresh") }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("move the clock"), minutes: fc.constantFrom(-120, 0, 120) }),
  },
);

/** Returns a resource after a history of steps, with faults. */
async function live(steps: readonly Step[]): Promise<{ workspace: MemoryWorkspace; engine: MemoryEngine }> {
  const workspace = new MemoryWorkspace();
  const engine = new MemoryEngine(primarySandboxKey);
  for (const now of steps) {
    if (now.do === "up") {
      workspace.faults = [...now.faults];
      await engine.up(workspace, now.program);
      workspace.faults = [];
    } else if (now.do === "wait") workspace.now += now.minutes * MINUTE;
    else if (now.do === "move the clock") workspace.skew = now.minutes * MINUTE;
    else if (now.do === "refresh") await engine.refresh(workspace);
    else workspace.rotateManually();
  }
  return { workspace, engine };
}

const past = fc.array(step, { maxLength: 8 });
/** The history of a resource that exists. A creation adopts a key of any age without a change, and the next update rotates it. */
const created = past.map((steps): Step[] => [{ do: "up", program: {}, faults: [] }, ...steps]);

async function holds(property: fc.IAsyncProperty<unknown>): Promise<void> {
  await fc.assert(property, { numRuns: RUNS });
}

itByAmount(
  "after an update, the state has the workspace's key, and its value exactly if the program wants it",
  async () => {
    await holds(
      fc.asyncProperty(past, program, async (steps, wanted) => {
        const { workspace, engine } = await live(steps);
        expect(await engine.up(workspace, wanted)).toBe("done");
        const { id } = workspace.primary;
        const value = wanted.reveal === false ? null : `value of ${id}`;
        expect(engine.state?.outputs).toMatchObject({ keyId: id, last4: id.slice(-4), key: value });
      }),
    );
  },
);

itByAmount("an update rotates the key at most once, and the same program again changes nothing", async () => {
  await holds(
    fc.asyncProperty(created, program, async (steps, wanted) => {
      const { workspace, engine } = await live(steps);
      const before = workspace.rotations;
      await engine.up(workspace, wanted);
      const [after, state] = [workspace.rotations, structuredClone(engine.state)];
      expect(after - before).toBeLessThanOrEqual(1);
      expect(await engine.up(workspace, wanted)).toBe("done");
      expect(workspace.rotations).toBe(after);
      expect(engine.state).toEqual(state);
    }),
  );
});

itByAmount("a trigger that is added or removed does not rotate the key", async () => {
  await holds(
    fc.asyncProperty(created, program, fc.boolean(), async (steps, wanted, adds) => {
      const { workspace, engine } = await live(steps);
      const { rotation = {} } = wanted;
      const withTrigger = { ...wanted, rotation: { ...rotation, triggers: { ...rotation.triggers, extra: "1" } } };
      const [before, after] = adds ? [wanted, withTrigger] : [withTrigger, wanted];
      await engine.up(workspace, before);
      const { rotations } = workspace;
      expect(await engine.up(workspace, after)).toBe("done");
      expect(workspace.rotations).toBe(rotations);
    }),
  );
});

itByAmount("a key that was rotated elsewhere is adopted, and not rotated again", async () => {
  await holds(
    fc.asyncProperty(created, program, async (steps, wanted) => {
      const { workspace, engine } = await live(steps);
      await engine.up(workspace, wanted);
      workspace.rotateManually();
      const byHand = workspace.primary;
      expect(await engine.up(workspace, wanted)).toBe("done");
      expect(workspace.primary).toBe(byHand);
    }),
  );
});

itByAmount(
  "the known outputs of a preview equal those of the update, and the key ID is unknown exactly if it changes",
  async () => {
    await holds(
      fc.asyncProperty(created, program, async (steps, wanted) => {
        const { workspace, engine } = await live(steps);
        const before = engine.state?.outputs["keyId"];
        const previewed = await engine.preview(workspace, wanted);
        expect(await engine.up(workspace, wanted)).toBe("done");
        const outputs = engine.state?.outputs ?? {};
        const known = Object.entries(previewed).filter(([, value]) => value !== UNKNOWN);
        expect(outputs).toMatchObject(Object.fromEntries(known));
        expect(previewed["keyId"] === UNKNOWN).toBe(outputs["keyId"] !== before);
      }),
    );
  },
);

itByAmount("an update that is run again after a failure has the same result as one without a failure", async () => {
  await holds(
    fc.asyncProperty(
      created,
      program,
      fc.array(fault, { minLength: 1, maxLength: 3 }),
      async (steps, wanted, faults) => {
        const broken = await live(steps);
        const clean = { workspace: broken.workspace.copy(), engine: broken.engine.copy() };
        const before = broken.engine.state?.outputs ?? {};
        const isOther = broken.workspace.primary.id !== before["keyId"];

        broken.workspace.faults = [...faults];
        const outcome = await broken.engine.up(broken.workspace, wanted);
        broken.workspace.faults = [];
        expect(await broken.engine.up(broken.workspace, wanted)).toBe("done");
        expect(await clean.engine.up(clean.workspace, wanted)).toBe("done");

        // An incident also applies to the key that the failed update may have created, so the next update rotates that too. An
        // age applies to the key in the workspace, but a trigger to the key in the state: both together may also rotate twice.
        const isIncident = Boolean(wanted.compromised) && wanted.compromised !== before["compromised"];
        const isBoth = isOther && wanted.rotation?.after !== undefined && wanted.rotation.triggers !== undefined;
        if (outcome === "failed" && (isIncident || isBoth)) {
          const further = broken.workspace.rotations - clean.workspace.rotations;
          expect([0, 1]).toContain(further);
          if (further === 1) return;
        }
        expect(broken.engine.state).toEqual(clean.engine.state);
        expect(broken.workspace.primary).toEqual(clean.workspace.primary);
      },
    ),
  );
});
