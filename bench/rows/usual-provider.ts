import { inlineStack, SKIP_CHECKPOINTS } from "../key-stack";
import { measurePairs, type Side } from "../measure";
import { SerializedKey } from "../references/usual-dynamic-provider";
import type { Row } from "../row";
import type { Workbench } from "../workbench";
import { dynamicProviders, operationRow, type Sides } from "./operations";

const REFERENCE = "a dynamic provider that Pulumi serializes";

const sides: Sides = {
  ours: dynamicProviders.ours,
  reference: async (workbench, keys) =>
    inlineStack(workbench, {
      keys,
      gateway: await workbench.gateway(),
      declare: (name) => new SerializedKey(name, { name }),
    }),
};

/** Our dynamic provider against one of the usual form. */
export const usualProvider: readonly Row[] = [
  operationRow(
    {
      group: "usual-400",
      keys: 400,
      atMost: 1 / 3,
      pairs: 5,
      sides,
      reference: REFERENCE,
      obstacles: {
        up: "The engine writes the whole state after each step, which takes most of the time even if a provider does nothing.",
      },
    },
    "up",
  ),
  {
    name: "usual-state",
    what: "state of a key",
    reference: REFERENCE,
    unit: "bytes",
    target: { of: "ratio", atMost: 1 / 5 },
    obstacle: "A key's absent outputs are stored as null, so that a program can tell them from unknown ones.",
    // The size does not vary.
    pairs: 1,
    run: async (workbench, { pairs, size }) => ({
      pairs: await measurePairs(pairs, (side) => bytesPerKey(workbench, side, size(20))),
    }),
  },
];

async function bytesPerKey(workbench: Workbench, side: Side, keys: number): Promise<number> {
  const bytes = async (count: number) => {
    const stack = await sides[side](workbench, count);
    await stack.up(SKIP_CHECKPOINTS);
    const size = await stack.stateBytes();
    await stack.discard();
    return size;
  };
  return Math.round(((await bytes(keys)) - (await bytes(0))) / keys);
}
