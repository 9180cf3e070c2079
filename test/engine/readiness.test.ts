import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { hosts } from "../support/hosts";
import { it } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

describeByHost("waitUntilReady", ({ dench }, it) => {
  async function scene(propagationSeconds: number, customTimeouts?: object) {
    const gateway = await testGateway({ propagationSeconds });
    const stack = await TestStack.create({
      env: { ...gateway.env, DENCH_GATEWAY_URL: `${gateway.gateway.gatewayUrl}/v1` },
    });
    let name = "CI";
    stack.program = async () => {
      const args = { name, waitUntilReady: true, rotation: { overlap: "24h" } };
      return { key: new dench.GatewayKey("ci", args, customTimeouts ? { customTimeouts } : {}).key };
    };
    const rename = (to: string) => {
      name = to;
    };
    return { gateway, stack, rename };
  }

  it("returns a new key value only after the data plane accepts it, on creation and on rotation", async () => {
    const { gateway, stack, rename } = await scene(1);
    expect(await gateway.dataPlane((await stack.up()).outputs["key"]?.value)).toBe(200);
    rename("CD");
    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(["update ci"]);
    expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
  });

  it("fails in preview without gatewayUrl, or without the scope to list models", async () => {
    const { stack } = await scene(0);
    stack.setEnv("DENCH_GATEWAY_URL", "");
    expect(await failureOf(stack.preview())).toMatch(/waitUntilReady .*requires the provider option gatewayUrl/);
    stack.setEnv("DENCH_GATEWAY_URL", "http://127.0.0.1:1");
    stack.program = async () => void new dench.GatewayKey("ci", { waitUntilReady: true, scopes: ["chat:completions"] });
    expect(await failureOf(stack.preview())).toMatch(/waitUntilReady .*requires the scope models:read/);
  });
});

describeWithEngine("a key value that the data plane does not accept in time", () => {
  it("is kept in the state as not initialized, and the next up continues with the same key", async () => {
    const gateway = await testGateway({ propagationSeconds: 4 });
    const { dench } = hosts[0] ?? expect.fail();
    const stack = await TestStack.create({
      env: { ...gateway.env, DENCH_GATEWAY_URL: gateway.gateway.gatewayUrl },
    });
    const options = { customTimeouts: { create: "1s", update: "30s" } };
    stack.program = async () => ({
      key: new dench.GatewayKey("ci", { name: "CI", waitUntilReady: true }, options).key,
    });
    const message = await failureOf(stack.up());
    expect(message).toMatch(/was created and is kept in the state.*the last status was 401.*\[dench:not_initialized\]/);
    const [made] = await gateway.keys();

    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(["update ci"]);
    expect((await gateway.keys()).map(({ id }) => id)).toEqual([made?.id]);
    expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
    expect((await stack.up()).steps).toEqual([]);
    await stack.destroy();
    expect(await gateway.activeKeys()).toEqual([]);
  });
});
