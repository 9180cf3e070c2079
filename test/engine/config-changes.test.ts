import { expect } from "vitest";
import * as plugin from "../../sdk";
import * as dynamic from "../../sdk/dynamic";
import { failureOf } from "../support/failure";
import { type TestGateway, testGateway } from "../support/gateway";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

/** A stack whose config holds the primary key as its token, which is then rotated: the old token is dead. */
async function stackWithDeadToken(gateway: TestGateway, Key: typeof plugin.GatewayKey | typeof dynamic.GatewayKey) {
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

describeWithEngine("a token in the stack's config that was replaced after the old one died", () => {
  itEach(
    casesOf(["up", "preview", "refresh", "destroy"]),
    (run) => `is what ${run} goes on with, by the plugin`,
    async (run) => {
      const gateway = await testGateway();
      const stack = await stackWithDeadToken(gateway, plugin.GatewayKey);
      expect((await stack[run]()).steps).toEqual(run === "destroy" ? ["delete ci"] : []);
      expect(await gateway.activeKeys()).toHaveLength(run === "destroy" ? 0 : 1);
    },
  );

  it("is what preview and up go on with, by the dynamic provider, and then refresh and destroy too", async () => {
    const gateway = await testGateway();
    const stack = await stackWithDeadToken(gateway, dynamic.GatewayKey);
    expect(await failureOf(stack.refresh())).toContain("[dench:unauthorized]");
    expect((await stack.preview()).steps).toEqual([]);
    expect((await stack.up()).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
    expect((await stack.destroy()).steps).toEqual(["delete ci"]);
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("is what refresh and destroy go on with at once, by the dynamic provider, with --run-program", async () => {
    const gateway = await testGateway();
    const stack = await stackWithDeadToken(gateway, dynamic.GatewayKey);
    await stack.stack.refresh({ runProgram: true });
    await stack.stack.destroy({ runProgram: true });
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("is what up goes on with where the plugin's state still holds the old one, and up takes that out of it", async () => {
    const gateway = await testGateway();
    const stack = await stackWithDeadToken(gateway, plugin.GatewayKey);
    const exported = await stack.stack.exportStack();
    const old = { token: "a-dead-token", baseUrl: gateway.gateway.baseUrl };
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
