import { join } from "node:path";
import { YamlStack } from "../key-stack";
import { measurePairs, type Side, secondsOf } from "../measure";
import { metered } from "../metered";
import type { Row, RunOptions } from "../row";
import type { Workbench } from "../workbench";
import { fillWorkspace } from "../workspace";

const KEYS = 3;
const STACKS = 40;
const OTHERS = { ours: 10_000, reference: 10 } as const;

/** Small stacks in a large workspace. */
export const fewAmongMany: readonly Row[] = [
  {
    name: "few-among-many",
    what: `the slowest of ${STACKS} concurrent \`preview\`s of ${KEYS} keys each, among ${OTHERS.ours.toLocaleString("en")} other keys`,
    reference: `the same among ${OTHERS.reference}`,
    unit: "s",
    target: { of: "ratio", atMost: 2 },
    pairs: 5,
    run: async (workbench, { pairs, size }) => {
      const stacks = {
        ours: await copiedStacks(workbench, "ours", size),
        reference: await copiedStacks(workbench, "reference", size),
      };
      const slowest = async (side: Side) =>
        Math.max(...(await Promise.all(stacks[side].map((stack) => secondsOf(() => stack.preview())))));
      return { pairs: await measurePairs(pairs, slowest) };
    },
  },
  {
    name: "few-among-many-requests",
    what: `the most requests of one of these \`preview\`s`,
    unit: "requests",
    // One for each key, and one for the workspace.
    target: { of: "ours", atMost: KEYS + 1 },
    pairs: 1,
    run: async (workbench, { size }) => {
      const stacks = await copiedStacks(workbench, "ours", size);
      const usages = await Promise.all(stacks.map((stack) => metered(workbench, (env) => stack.preview(env))));
      return { values: [Math.max(...usages.map(({ requests }) => requests))] };
    },
  },
];

/** Returns stacks of the same keys, in a workspace with other keys. */
async function copiedStacks(workbench: Workbench, side: Side, size: RunOptions["size"]): Promise<YamlStack[]> {
  const data = join(await workbench.folder(), "gateway.db");
  fillWorkspace(data, size(OTHERS[side]));
  const gateway = await workbench.gateway(data);
  const first = await YamlStack.create(workbench, { keys: KEYS, gateway, plugin: workbench.plugin });
  await first.up();
  return Promise.all(Array.from({ length: size(STACKS) }, () => first.copy(workbench)));
}
