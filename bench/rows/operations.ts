import * as dench from "pulumi-dench/dynamic";
import { inlineStack, type KeyStack, SKIP_CHECKPOINTS, type Variables, YamlStack } from "../key-stack";
import { measurePairs, type Pair, type Side, secondsOf } from "../measure";
import { DoNothingKey } from "../references/do-nothing-dynamic-provider";
import type { Row } from "../row";
import type { Workbench } from "../workbench";

/** The two sides of a comparison: each creates a stack with this number of keys. */
export type Sides = Record<Side, (workbench: Workbench, keys: number) => Promise<KeyStack>>;

type Open = (side: Side) => Promise<KeyStack>;

/** The plugin against a plugin that responds immediately. */
export const plugins: Sides = {
  ours: async (workbench, keys) =>
    YamlStack.create(workbench, { keys, gateway: await workbench.gateway(), plugin: workbench.plugin }),
  reference: async (workbench, keys) =>
    YamlStack.create(workbench, { keys, gateway: undefined, plugin: await workbench.doNothingPlugin() }),
};

/** Our dynamic provider against one that responds immediately. */
export const dynamicProviders: Sides = {
  ours: async (workbench, keys) =>
    inlineStack(workbench, {
      keys,
      gateway: await workbench.gateway(),
      declare: (name) => new dench.GatewayKey(name),
    }),
  reference: (workbench, keys) =>
    inlineStack(workbench, { keys, gateway: undefined, declare: (name) => new DoNothingKey(name) }),
};

type Operation = "up" | "preview" | "unchanged" | "destroy";

const PHRASES: Readonly<Record<Operation, (keys: string) => string>> = {
  up: (keys) => `\`up\` that creates ${keys}`,
  preview: (keys) => `\`preview\` of ${keys} without changes`,
  unchanged: (keys) => `\`up\` of ${keys} without changes`,
  destroy: (keys) => `\`destroy\` of ${keys}`,
};

/** A group of rows: the four operations of a stack with this number of keys. */
export interface OperationRows {
  /** The first part of each row's name. */
  readonly group: string;
  readonly keys: number;
  /** The largest ratio that meets the target. */
  readonly atMost: number;
  readonly pairs: number;
  readonly sides: Sides;
  readonly reference: string;
  /** How the engine runs, as a phrase at the end of `what`. */
  readonly condition?: string;
  readonly env?: Variables;
  readonly obstacles?: Partial<Record<Operation, string>>;
}

export function operationRows(rows: OperationRows): Row[] {
  const operations: Operation[] = ["up", "preview", "unchanged", "destroy"];
  return operations.map((operation) => operationRow(rows, operation));
}

export function operationRow(
  { group, keys, atMost, pairs, sides, reference, condition = "", env = {}, obstacles = {} }: OperationRows,
  operation: Operation,
): Row {
  const obstacle = obstacles[operation];
  return {
    name: `${group}-${operation}`,
    what: PHRASES[operation](keys === 1 ? "1 key" : `${keys.toLocaleString("en")} keys`) + condition,
    reference,
    unit: "s",
    target: { of: "ratio", atMost },
    pairs,
    ...(obstacle === undefined ? {} : { obstacle }),
    run: async (workbench, { pairs: count, size }) => {
      const open = (side: Side) => sides[side](workbench, size(keys));
      return { pairs: await (changesStack(operation) ? measureNew : measureShared)(count, operation, open, env) };
    },
  };
}

const changesStack = (operation: Operation) => operation === "up" || operation === "destroy";

/** Measures an operation that changes the stack, on a new stack each time. */
async function measureNew(count: number, operation: Operation, open: Open, env: Variables): Promise<Pair[]> {
  return measurePairs(count, async (side) => {
    const stack = await open(side);
    if (operation === "destroy") await stack.up(SKIP_CHECKPOINTS);
    const seconds = await secondsOf(() => run(operation, stack, env));
    await stack.discard();
    return seconds;
  });
}

/** Measures an operation that changes nothing, on the same two stacks. */
async function measureShared(count: number, operation: Operation, open: Open, env: Variables): Promise<Pair[]> {
  const stacks = { ours: await open("ours"), reference: await open("reference") };
  for (const stack of Object.values(stacks)) await stack.up(SKIP_CHECKPOINTS);
  const pairs = await measurePairs(count, (side) => secondsOf(() => run(operation, stacks[side], env)));
  for (const stack of Object.values(stacks)) await stack.discard();
  return pairs;
}

function run(operation: Operation, stack: KeyStack, env: Variables): Promise<void> {
  switch (operation) {
    case "up":
    case "unchanged":
      return stack.up(env);
    case "preview":
      return stack.preview(env);
    case "destroy":
      return stack.destroy(env);
  }
}
