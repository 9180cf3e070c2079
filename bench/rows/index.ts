import type { Row } from "../row";
import { fewAmongMany } from "./few-among-many";
import { gatewayPages } from "./gateway-pages";
import { models } from "./models";
import { dynamicProviders, operationRows, plugins } from "./operations";
import { start } from "./start";
import { thousandKeys } from "./thousand-keys";
import { usualProvider } from "./usual-provider";

const loading = (what: string) =>
  `${what} loads the HTTP client and the schemas in each run, which takes some 50 ms, and sends requests.`;
const everywhere = (obstacle: string) => ({ up: obstacle, preview: obstacle, unchanged: obstacle, destroy: obstacle });

const PLUGIN = {
  sides: plugins,
  reference: "a plugin that responds immediately",
  obstacles: everywhere(loading("The plugin")),
};
const DYNAMIC = {
  sides: dynamicProviders,
  reference: "a dynamic provider that responds immediately",
  obstacles: everywhere(loading("Pulumi's host of dynamic providers")),
};

/** All rows, in the order of the results. */
export const rows: readonly Row[] = [
  ...operationRows({ ...PLUGIN, group: "plugin-1", keys: 1, atMost: 1.1, pairs: 9 }),
  ...operationRows({ ...PLUGIN, group: "plugin-10", keys: 10, atMost: 1.1, pairs: 9 }),
  ...operationRows({ ...PLUGIN, group: "plugin-100", keys: 100, atMost: 1.08, pairs: 7 }),
  ...operationRows({ ...PLUGIN, group: "plugin-400", keys: 400, atMost: 1.08, pairs: 5 }),
  ...operationRows({ ...DYNAMIC, group: "dynamic-1", keys: 1, atMost: 1.1, pairs: 7 }),
  ...operationRows({ ...DYNAMIC, group: "dynamic-10", keys: 10, atMost: 1.1, pairs: 7 }),
  ...operationRows({ ...DYNAMIC, group: "dynamic-100", keys: 100, atMost: 1.1, pairs: 5 }),
  ...operationRows({ ...DYNAMIC, group: "dynamic-400", keys: 400, atMost: 1.1, pairs: 5 }),
  ...usualProvider,
  ...start,
  ...thousandKeys,
  ...fewAmongMany,
  ...models,
  ...gatewayPages,
];
