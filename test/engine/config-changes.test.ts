import { expect } from "vitest";
import * as plugin from "../../sdk";
import * as dynamic from "../../sdk/dynamic";
import { failureOf } from "../support/failure";
import { type TestGateway, testGateway } from "../support/gateway";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

/** Returns a stack whose token was revoked by a rotation and then replaced in the stack config. */
async function stackWithReplacedToken(gateway: TestGateway, Key: typeof plugin.GatewayKey | typeof dynamic.GatewayKey) {
  const stack = await TestStack.create();
  stack.program = async () => void new Key("ci", { name: "CI" });
  const reveal = async () => ({ value: (await gateway.call("POST", "/api-keys/primary/reveal")).key, secret: true });
  await stack.stack.setConfig("dench:baseUrl", { value: gateway.gateway.baseUrl });
  await stack.stack.setConfig("dench:token", await reveal());
  await stack.up();
  await gateway.call("POST", "/api-keys/primary/rotate", {});
  expect(await failureOf(stack.preview())).toContain("[dench:unauthorized]");
  await stack.stack.setConfig("dench:token", await reveal());
  return stack;
}

describeWithEngine("a token that replaces a revoked one in the stack config", () => {
  itEach(
    casesOf(["up", "preview", "refresh", "destroy"]),
    (run) => `is used by ${run} with the plugin`,
    async (run) => {
      const gateway = await testGateway();
      const stack = await stackWithReplacedToken(gateway, plugin.GatewayKey);
      expect((await stack[run]()).steps).toEqual(run === "destroy" ? ["delete ci"] : []);
      expect(await gateway.activeKeys()).toHaveLength(run === "destroy" ? 0 : 1);
    },
  );

  it("is used by preview and up with the dynamic provider, and after that by refresh and destroy", async () => {
    const gateway = await testGateway();
    const stack = await stackWithReplacedToken(gateway, dynamic.GatewayKey);
    expect(await failureOf(stack.refresh())).toContain("[dench:unauthorized]");
    expect((await stack.preview()).steps).toEqual([]);
    expect((await stack.up()).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
    expect((await stack.destroy()).steps).toEqual(["delete ci"]);
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("is used by refresh and destroy with --run-program with the dynamic provider, before any update", async () => {
    const gateway = await testGateway();
    const stack = await stackWithReplacedToken(gateway, dynamic.GatewayKey);
    await stack.stack.refresh({ runProgram: true });
    await stack.stack.destroy({ runProgram: true });
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("is used by up even if the plugin's state has the old one, and up removes the old one from the state", async () => {
    const gateway = await testGateway();
    const stack = await stackWithReplacedToken(gateway, plugin.GatewayKey);
    const exported = await stack.stack.exportStack();
    const old = { token: "a-revoked-token", baseUrl: gateway.gateway.baseUrl };
    for (const { type, inputs, outputs } of exported.deployment.resources) {
      if (type === "pulumi:providers:dench") for (const fields of [inputs, outputs]) Object.assign(fields, old);
    }
    await stack.stack.importStack(exported);
    expect(await failureOf(stack.refresh())).toContain("[dench:unauthorized]");
    expect((await stack.up()).steps).toEqual([]);
    expect(JSON.stringify(await stack.stack.exportStack())).not.toContain(old.token);
    expect((await stack.destroy()).steps).toEqual(["delete ci"]);
  });
});
