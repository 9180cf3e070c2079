import fc from "fast-check";
import { expect } from "vitest";
import { gatewayKey } from "../../../../provider/resources/gateway-key";
import type { GatewayKeyInputs } from "../../../../provider/resources/gateway-key/fields";
import type { Fields } from "../../../../provider/session/context";
import type { Generators } from "../../../support/generators";
import { KEY } from "../../../support/key";
import { MemoryEngine, type Outcome } from "../../../support/memory-engine";
import { type Fault, MemoryWorkspace } from "../../../support/memory-workspace";
import { amount, itByAmount } from "../../../support/sample";

const MINUTE = 60_000;
const RUNS = amount({ sample: 500, all: 10_000 });

const rotation: Generators<NonNullable<GatewayKeyInputs["rotation"]>> = {
  triggers: fc.dictionary(fc.constantFrom("team", "month"), fc.constantFrom("1", "2")),
  after: fc.constantFrom("2d", "30d"),
  overlap: fc.constantFrom("0s", "1h", "24h"),
};
const fields: Generators<GatewayKeyInputs> = {
  name: fc.constantFrom("CI", "CD"),
  scopes: fc.constantFrom(["models:read"], ["models:read", "b"]),
  rotation: fc.record(rotation, { requiredKeys: [] }),
  compromised: fc.constantFrom("INC-1", "INC-2", ""),
  keepIfUsedWithin: fc.constantFrom("30m"),
  waitUntilReady: fc.boolean(),
};
const program = fc.record(fields, { requiredKeys: [] });

const faultOf = (...calls: Fault["call"][]): fc.Arbitrary<Fault> =>
  fc.record({ call: fc.constantFrom(...calls), moment: fc.constantFrom("before", "after") });
const fault = faultOf("create", "revoke");
/** If the workspace cannot be read, a plan is based on the state, so these faults may change what a plan decides. */
const anyFault = faultOf("create", "revoke", "read");

type Step =
  | { readonly do: "up"; readonly program: Fields; readonly faults: readonly Fault[] }
  | { readonly do: "wait"; readonly minutes: number }
  | { readonly do: "use" | "revoke"; readonly which: "keyId" | "previousKeyId" }
  | { readonly do: "move the clock"; readonly minutes: number }
  | { readonly do: "refresh" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("up"), program, faults: fc.array(anyFault, { maxLength: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait"), minutes: fc.constantFrom(10, 61, 1500, 50_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("use", "revoke"),
      which: fc.constantFrom("keyId", "previousKeyId"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refresh") }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("move the clock"), minutes: fc.constantFrom(-120, 0, 120) }),
  },
);

/** Returns a resource after a history of steps, with faults. A failed run is repeated, as a user would do. */
async function live(steps: readonly Step[]): Promise<{ workspace: MemoryWorkspace; engine: MemoryEngine }> {
  const workspace = new MemoryWorkspace();
  const engine = new MemoryEngine(gatewayKey);
  for (const now of steps) {
    if (now.do === "up") {
      workspace.faults = [...now.faults];
      const outcome = await engine.up(workspace, now.program);
      workspace.faults = [];
      // If an update fails twice, and the next one has another program, a key may be orphaned. No provider can prevent that.
      if (outcome !== "done" && (await engine.up(workspace, now.program)) !== "done")
        fc.pre(!hasOrphan(workspace, engine));
    } else if (now.do === "wait") workspace.now += now.minutes * MINUTE;
    else if (now.do === "move the clock") workspace.skew = now.minutes * MINUTE;
    else if (now.do === "refresh") await engine.refresh(workspace);
    else {
      const id = String(engine.state?.outputs[now.which]);
      if (now.do === "use") workspace.use(id);
      else workspace.revokeManually(id);
    }
  }
  return { workspace, engine };
}

/** Returns the IDs of all keys in the engine's state. */
function known({ state, pendingDeletes }: MemoryEngine): Set<unknown> {
  const of = ({ keyId, previousKeyId, revokePending }: Fields) => [
    keyId,
    previousKeyId,
    ...(Array.isArray(revokePending) ? revokePending : []),
  ];
  return new Set([...(state ? of(state.outputs) : []), ...pendingDeletes.flatMap(of)]);
}

function hasOrphan(workspace: MemoryWorkspace, engine: MemoryEngine): boolean {
  const ids = known(engine);
  return workspace.live().some(({ id }) => !ids.has(id));
}

/** Returns the inputs of a program that are fields of a key. */
function fieldsOfKey(program: Fields): Fields {
  return Object.fromEntries(Object.entries(program).filter(([name]) => Object.hasOwn(KEY, name)));
}

const past = fc.array(step, { maxLength: 8 });

async function holds(property: fc.IAsyncProperty<unknown>): Promise<void> {
  await fc.assert(property, { numRuns: RUNS });
}

itByAmount(
  "after a successful update, at most two keys are active, the current key is as the program declares it, and all are in the state",
  async () => {
    await holds(
      fc.asyncProperty(past, program, async (steps, wanted) => {
        const { workspace, engine } = await live(steps);
        if ((await engine.up(workspace, wanted)) !== "done") return;
        const ids = workspace.live().map(({ id }) => id);
        expect(ids.length).toBeLessThanOrEqual(2);
        const current = workspace.live().find(({ id }) => id === engine.state?.outputs["keyId"]);
        expect(current).toMatchObject({ scopes: [], ...fieldsOfKey(wanted) });
        expect([...known(engine)]).toEqual(expect.arrayContaining(ids));
      }),
    );
  },
);

itByAmount("there are never more than two active keys, except during the update for an incident", async () => {
  const withoutFaults = past.map((steps) => steps.map((now) => (now.do === "up" ? { ...now, faults: [] } : now)));
  await holds(
    fc.asyncProperty(withoutFaults, program, async (steps, wanted) => {
      const { workspace, engine } = await live(steps);
      workspace.peak = 0;
      const incident = engine.state?.outputs["compromised"];
      await engine.up(workspace, wanted);
      const isIncident = wanted.compromised && wanted.compromised !== incident;
      expect(workspace.peak).toBeLessThanOrEqual(isIncident ? 3 : 2);
    }),
  );
});

itByAmount("a second update with the same program changes nothing", async () => {
  await holds(
    fc.asyncProperty(past, program, async (steps, wanted) => {
      const { workspace, engine } = await live(steps);
      if ((await engine.up(workspace, wanted)) !== "done") return;
      const [keys, state] = [structuredClone(workspace.keys), structuredClone(engine.state)];
      expect(await engine.up(workspace, wanted)).toBe("done");
      expect(workspace.keys).toEqual(keys);
      expect(engine.state).toEqual(state);
    }),
  );
});

itByAmount("a trigger that is added or removed does not change the value", async () => {
  await holds(
    fc.asyncProperty(past, program, fc.boolean(), async (steps, wanted, adds) => {
      const { workspace, engine } = await live(steps);
      const rotation = typeof wanted.rotation === "object" ? wanted.rotation : {};
      const withTrigger = { ...wanted, rotation: { ...rotation, triggers: { ...rotation.triggers, extra: "1" } } };
      const [before, after] = adds ? [wanted, withTrigger] : [withTrigger, wanted];
      if ((await engine.up(workspace, before)) !== "done") return;
      const value = engine.state?.outputs["key"];
      expect(await engine.up(workspace, after)).toBe("done");
      expect(engine.state?.outputs["key"]).toBe(value);
    }),
  );
});

itByAmount("an update that is run again after a failure has the same result as one without a failure", async () => {
  await holds(
    fc.asyncProperty(past, program, fc.array(fault, { minLength: 1, maxLength: 3 }), async (steps, wanted, faults) => {
      const broken = await live(steps);
      const clean = { workspace: broken.workspace.copy(), engine: broken.engine.copy() };

      broken.workspace.faults = [...faults];
      const outcomes: Outcome[] = [await broken.engine.up(broken.workspace, wanted)];
      broken.workspace.faults = [];
      outcomes.push(await broken.engine.up(broken.workspace, wanted));
      outcomes.push(await clean.engine.up(clean.workspace, wanted));
      if (outcomes.includes("refused")) return;
      expect(outcomes.slice(1)).toEqual(["done", "done"]);

      // Only the IDs differ, because a lost response costs a key.
      const shape = ({ workspace, engine }: typeof broken) => {
        const { key, keyId, last4, previousKey, previousKeyId, ...rest } = engine.state?.outputs ?? {};
        return { rest, overlaps: previousKeyId !== undefined, live: workspace.live().length };
      };
      expect(shape(broken)).toEqual(shape(clean));
    }),
  );
});
