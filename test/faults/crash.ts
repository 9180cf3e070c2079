import { expect } from "vitest";
import type { CliScene } from "../support/cli-scene";
import type { RunningCommand } from "../support/cli-stack";
import { isCreation } from "../support/proxy";

/** Runs `up`, and kills the engine after the server created a key, before the provider gets the response. */
export async function upKilledAfterCreation({ proxy, stack }: CliScene, ...args: readonly string[]): Promise<void> {
  let command: RunningCommand | undefined;
  let kills = 0;
  proxy.onResponse = async (request, status) => {
    if (!isCreation(request) || status !== 201) return "pass";
    kills += 1;
    await command?.kill();
    return "cut";
  };
  command = stack.start("up", "--yes", "--skip-preview", ...args);
  await command.ended;
  proxy.onResponse = () => "pass";
  expect(kills).toBe(1);
}

/** Expects one active key per declared key: the one in the state, with a valid value. */
export async function expectConverged({ gateway, stack }: CliScene, names: readonly string[]): Promise<void> {
  const outputs = await stack.outputs();
  expect(Object.keys(outputs).toSorted()).toEqual(names.toSorted());
  const inState = Object.values(outputs).map(({ keyId }) => keyId);
  expect((await gateway.activeKeys()).map(({ id }) => id).toSorted()).toEqual(inState.toSorted());
  for (const { key } of Object.values(outputs)) expect(await gateway.dataPlane(key)).toBe(200);
}
