import { expect } from "vitest";
import type { CliScene } from "../support/cli-scene";
import type { RunningCommand } from "../support/cli-stack";
import { isCreation } from "../support/proxy";

/** Runs `up`, and ends its engine when the server has made a key, before the provider hears of it. */
export async function upKilledAfterCreation({ proxy, stack }: CliScene, ...args: readonly string[]): Promise<void> {
  let command: RunningCommand | undefined;
  let kills = 0;
  proxy.onAnswer = async (request, status) => {
    if (!isCreation(request) || status !== 201) return "pass";
    kills += 1;
    await command?.kill();
    return "cut";
  };
  command = stack.start("up", "--yes", "--skip-preview", ...args);
  await command.ended;
  proxy.onAnswer = () => "pass";
  expect(kills).toBe(1);
}

/** Exactly one live key per declared key, and it is the one in the state, with a value that works. */
export async function expectConverged({ gateway, stack }: CliScene, names: readonly string[]): Promise<void> {
  const outputs = await stack.outputs();
  expect(Object.keys(outputs).toSorted()).toEqual(names.toSorted());
  const inState = Object.values(outputs).map(({ keyId }) => keyId);
  expect((await gateway.activeKeys()).map(({ id }) => id).toSorted()).toEqual(inState.toSorted());
  for (const { key } of Object.values(outputs)) expect(await gateway.dataPlane(key)).toBe(200);
}
