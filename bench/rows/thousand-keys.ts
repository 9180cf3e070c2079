import { SKIP_CHECKPOINTS } from "../key-stack";
import { measurePairs } from "../measure";
import { metered, type Usage } from "../metered";
import type { Row } from "../row";
import type { Workbench } from "../workbench";
import { operationRows, plugins } from "./operations";

const KEYS = 1000;
const FEWER_KEYS = 100;
const CONDITION = ", with `PULUMI_SKIP_CHECKPOINTS=true`";

const REQUESTS =
  "A key needs a request, for which the plugin and the local gateway use the processor. The reference sends none.";

/** A thousand keys, where the engine writes the state once, at the end of a run. */
export const thousandKeys: readonly Row[] = [
  ...operationRows({
    group: "thousand",
    keys: KEYS,
    atMost: 1.3,
    pairs: 5,
    sides: plugins,
    reference: "a plugin that responds immediately",
    condition: CONDITION,
    env: SKIP_CHECKPOINTS,
    obstacles: { up: REQUESTS, destroy: REQUESTS },
  }),
  {
    name: "thousand-up-requests",
    what: "requests of `up` that creates 1,000 keys",
    unit: "requests",
    target: { of: "ours", atMost: KEYS + 3 },
    pairs: 1,
    run: async (workbench, { size }) => {
      const { requests } = await usageOfUp(workbench, size(KEYS));
      return { values: [requests] };
    },
  },
  {
    name: "thousand-preview-requests",
    what: "requests of `preview` of 1,000 keys without changes",
    unit: "requests",
    target: { of: "ours", atMost: KEYS / 100 + 4 },
    pairs: 1,
    run: async (workbench, { size }) => {
      const stack = await plugins.ours(workbench, size(KEYS));
      await stack.up(SKIP_CHECKPOINTS);
      const { requests } = await metered(workbench, (env) => stack.preview(env));
      await stack.discard();
      return { values: [requests] };
    },
  },
  {
    name: "thousand-processor",
    what: `processor time of the plugin for \`up\` that creates 1,000 keys${CONDITION}`,
    reference: `for ${FEWER_KEYS} keys`,
    unit: "s",
    target: { of: "ratio", atMost: 11 },
    pairs: 5,
    run: async (workbench, { pairs, size }) => {
      const keys = { ours: size(KEYS), reference: size(FEWER_KEYS) };
      return {
        pairs: await measurePairs(pairs, async (side) => (await usageOfUp(workbench, keys[side])).processorSeconds),
      };
    },
  },
];

async function usageOfUp(workbench: Workbench, keys: number): Promise<Usage> {
  const stack = await plugins.ours(workbench, keys);
  const usage = await metered(workbench, (env) => stack.up({ ...env, ...SKIP_CHECKPOINTS }));
  await stack.discard();
  return usage;
}
