import { expect, it } from "vitest";
import { CliStack, gone, type RunningCommand } from "../support/cli-stack";
import { type TestGateway, testGateway } from "../support/gateway";
import { type Fate, FaultProxy, type Passing } from "../support/proxy";
import { describeWithEngine } from "../support/stack";

const isCreation = ({ method, path }: Passing) => method === "POST" && path === "/api/v1/api-keys";

interface Scene {
  readonly gateway: TestGateway;
  readonly proxy: FaultProxy;
  readonly stack: CliStack;
}

async function scene(): Promise<Scene> {
  const gateway = await testGateway();
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const stack = await CliStack.create({ ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` });
  return { gateway, proxy, stack };
}

/** Runs `up`, and ends its engine when the server has made a key, before the provider hears of it. */
async function upKilledAfterCreation({ proxy, stack }: Scene, ...args: readonly string[]): Promise<void> {
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
async function expectConverged({ gateway, stack }: Scene, names: readonly string[]): Promise<void> {
  const outputs = await stack.outputs();
  expect(Object.keys(outputs).toSorted()).toEqual(names.toSorted());
  const inState = Object.values(outputs).map(({ keyId }) => keyId);
  expect((await gateway.activeKeys()).map(({ id }) => id).toSorted()).toEqual(inState.toSorted());
  for (const { key } of Object.values(outputs)) expect(await gateway.dataPlane(key)).toBe(200);
}

describeWithEngine("after the engine was killed between the server's answer and its own write", () => {
  it.each([1, 2])("of a creation, %d times, the next run leaves one live key", async (crashes) => {
    const now = await scene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    for (let crash = 0; crash < crashes; crash += 1) {
      await upKilledAfterCreation(now);
      await now.stack.start("cancel", "--yes").ended;
    }
    expect(await now.gateway.activeKeys()).toHaveLength(1);
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
    expect(await now.gateway.keys()).toHaveLength(crashes + 1);
  });

  it.each([1, 2])("of a replacement, %d times, the next run leaves one live key", async (crashes) => {
    const now = await scene();
    await now.stack.write({ ci: { properties: { name: "CI", scopes: ["models:read"] } } });
    await now.stack.up();
    await now.stack.write({ ci: { properties: { name: "CI", scopes: ["models:read", "chat:completions"] } } });
    for (let crash = 0; crash < crashes; crash += 1) {
      await upKilledAfterCreation(now);
      await now.stack.start("cancel", "--yes").ended;
    }
    expect(await now.gateway.activeKeys()).toHaveLength(2);
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
  });

  it("of a replacement in a rename by alias, the next run leaves one live key", async () => {
    const now = await scene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    await now.stack.up();
    await now.stack.write({
      build: {
        properties: { name: "Build" },
        options: { aliases: ["urn:pulumi:test::test::dench:index:GatewayKey::ci"] },
      },
    });
    await upKilledAfterCreation(now);
    await now.stack.recover();
    await expectConverged(now, ["build"]);
  });

  it("of a creation, with another name in the program of the next run, leaves one live key", async () => {
    const now = await scene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    await upKilledAfterCreation(now);
    await now.stack.write({ ci: { properties: { name: "CI/CD", scopes: ["models:read"] } } });
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
    expect((await now.gateway.activeKeys())[0]?.name).toBe("CI/CD");
  });

  it("the plugin is gone within a second, and its held request harms nothing", async () => {
    const now = await scene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    let letGo: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      now.proxy.onRequest = async (request): Promise<Fate> => {
        if (!isCreation(request)) return "pass";
        now.proxy.onRequest = () => "pass";
        resolve();
        await held;
        return "pass";
      };
    });
    const command = now.stack.start("up", "--yes", "--skip-preview");
    await arrived;
    const plugins = await command.plugins();
    expect(plugins.length).toBeGreaterThan(0);
    await command.kill();
    const killedAt = performance.now();
    await Promise.all(plugins.map(gone));
    expect(performance.now() - killedAt).toBeLessThan(1000);

    await now.stack.recover();
    const requests = now.proxy.passed.length;
    letGo?.();
    await expect
      .poll(async () => (await now.gateway.keys()).length + now.proxy.passed.length)
      .toBeGreaterThan(requests);
    const { ci } = await now.stack.outputs();
    expect(await now.gateway.dataPlane(ci?.key)).toBe(200);
    await now.stack.up();
    await expectConverged(now, ["ci"]);
  });
});

describeWithEngine("a replacement that the user forces", () => {
  it.each(["fresh", "used"])("of a %s key leaves one live key", async (kind) => {
    const now = await scene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    await now.stack.up();
    const before = await now.stack.outputs();
    if (kind === "used") await now.gateway.dataPlane(before["ci"]?.key);
    const output = await now.stack.up("--replace", "urn:pulumi:test::test::dench:index:GatewayKey::ci");
    await expectConverged(now, ["ci"]);
    expect((await now.stack.outputs())["ci"]?.keyId).not.toBe(before["ci"]?.keyId);
    expect(output.includes("has been used")).toBe(kind === "used");
  });
});
