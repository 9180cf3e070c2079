import { expect } from "vitest";
import { cliScene } from "../support/cli-scene";
import { waitForExit } from "../support/cli-stack";
import { isCreation, type ProxyAction } from "../support/proxy";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine } from "../support/stack";
import { expectConverged, upKilledAfterCreation } from "./crash";

describeWithEngine("after the engine is killed between the server's response and its own write", () => {
  itEach(
    casesOf([2, 1]),
    (crashes) => `during a creation, ${crashes} times, the next run leaves one active key`,
    async (crashes) => {
      const now = await cliScene();
      await now.stack.write({ ci: { properties: { name: "CI" } } });
      for (let crash = 0; crash < crashes; crash += 1) {
        await upKilledAfterCreation(now);
        await now.stack.start("cancel", "--yes").ended;
      }
      expect(await now.gateway.activeKeys()).toHaveLength(1);
      await now.stack.recover();
      await expectConverged(now, ["ci"]);
      expect(await now.gateway.keys()).toHaveLength(crashes + 1);
    },
  );

  itEach(
    casesOf([2, 1]),
    (crashes) => `during a replacement, ${crashes} times, the next run leaves one active key`,
    async (crashes) => {
      const now = await cliScene();
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
    },
  );

  it("during a replacement in a rename by alias, the next run leaves one active key", async () => {
    const now = await cliScene();
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

  it("during a creation, the next run leaves one active key, even if its program has another name", async () => {
    const now = await cliScene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    await upKilledAfterCreation(now);
    await now.stack.write({ ci: { properties: { name: "CI/CD", scopes: ["models:read"] } } });
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
    expect((await now.gateway.activeKeys())[0]?.name).toBe("CI/CD");
  });

  it("the plugin exits within a second, and its pending request has no effect", async () => {
    const now = await cliScene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    let letGo: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      now.proxy.onRequest = async (request): Promise<ProxyAction> => {
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
    await Promise.all(plugins.map(waitForExit));
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
