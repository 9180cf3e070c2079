import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import * as plugin from "../../sdk";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { hosts } from "../support/hosts";
import { describeWithEngine, TestStack } from "../support/stack";

describeWithEngine.each(hosts)("providers, by $host", ({ dench }) => {
  it("given explicitly keep two workspaces of one program apart, each with its own token and address", async () => {
    const [shop, lab] = [await testGateway(), await testGateway()];
    const stack = await TestStack.create();
    stack.program = async () => {
      const providerOf = (name: string, { gateway }: typeof shop) =>
        new dench.Provider(name, { token: gateway.adminToken, baseUrl: gateway.baseUrl });
      const first = new dench.GatewayKey("shop-key", { name: "shop" }, { provider: providerOf("shop", shop) });
      const second = new dench.GatewayKey("lab-key", { name: "lab" }, { provider: providerOf("lab", lab) });
      return { workspaces: pulumi.all([first.workspaceId, second.workspaceId]) };
    };
    const { outputs } = await stack.up();
    expect(new Set(outputs["workspaces"]?.value).size).toBe(2);
    expect((await shop.activeKeys()).map(({ name }) => name)).toEqual(["shop"]);
    expect((await lab.activeKeys()).map(({ name }) => name)).toEqual(["lab"]);
    expect((await stack.up()).steps).toEqual([]);
    for (const [file, text] of await stack.filesWritten()) {
      for (const { gateway } of [shop, lab]) expect(text, file).not.toContain(gateway.adminToken);
    }

    await stack.destroy();
    expect([...(await shop.activeKeys()), ...(await lab.activeKeys())]).toEqual([]);
  });

  it("take a token from the stack's config, which the state holds encrypted", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create();
    stack.program = async () => void new dench.GatewayKey("ci");
    const { adminToken, baseUrl } = gateway.gateway;
    const token = { value: adminToken, secret: true };
    await stack.stack.setAllConfig({ "dench:token": token, "dench:baseUrl": { value: baseUrl } });
    expect((await stack.up()).steps).toEqual(["create ci"]);
    for (const [file, text] of await stack.filesWritten()) expect(text, file).not.toContain(adminToken);
    await stack.destroy();
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("take a token from the environment, which the state does not hold at all", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => void new dench.GatewayKey("ci");
    await stack.up();
    const { deployment } = await stack.stack.exportStack();
    const provider = deployment.resources.find(({ type }: { type: string }) => type.startsWith("pulumi:providers:"));
    expect(Object.keys(provider.inputs ?? {}).filter((name) => name !== "version" && name !== "__internal")).toEqual(
      [],
    );
  });

  it("may change their arguments without touching a key", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create();
    let maxRetries = 1;
    stack.program = async () => {
      const { adminToken: token, baseUrl } = gateway.gateway;
      const provider = new dench.Provider("shop", { token, baseUrl, maxRetries });
      new dench.GatewayKey("ci", { name: "ci" }, { provider });
    };
    await stack.up();
    const before = await gateway.keys();
    maxRetries = 2;
    expect((await stack.up()).steps).toEqual([]);
    expect(await gateway.keys()).toEqual(before);
  });
});

describeWithEngine("the plugin", () => {
  it("marks a token as secret even if it was set in clear in the stack's config", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create();
    stack.program = async () => void new plugin.GatewayKey("ci");
    const { adminToken, baseUrl } = gateway.gateway;
    await stack.stack.setAllConfig({ "dench:token": { value: adminToken }, "dench:baseUrl": { value: baseUrl } });
    await stack.up();
    for (const [file, text] of await stack.filesWritten()) {
      // The history of a file back end holds the config as it was set: in clear here. That is the engine's.
      if (file.includes("/stacks/")) expect(text, file).not.toContain(adminToken);
    }
  });

  it("refuses an option of the stack's config or a provider's argument that there is not, by the nearest name", async () => {
    const stack = await TestStack.create();
    stack.program = async () => void new plugin.Provider("shop", JSON.parse('{ "tokn": "hidden-word" }'));
    const nearest = 'there is no option "tokn"; did you mean "token"?';
    const messages = [await failureOf(stack.preview())];
    stack.program = async () => void new plugin.GatewayKey("ci");
    await stack.stack.setConfig("dench:tokn", { value: "hidden-word" });
    messages.push(await failureOf(stack.preview()));
    for (const message of messages) {
      expect(message).toContain(nearest);
      expect(message).not.toContain("hidden-word");
    }
  });
});
