import * as pulumi from "@pulumi/pulumi";
import { expect } from "vitest";
import type { ProviderArgs } from "../../sdk";
import * as plugin from "../../sdk";
import { describeByHost } from "../support/by-host";
import { CliStack } from "../support/cli-stack";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { it } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

describeByHost("providers", ({ dench }, it) => {
  it("declared in a program separate two workspaces, each with its own token and address", async () => {
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

  it("declared in a program keep their arguments, even under the name of the engine's default provider", async () => {
    const [ofArguments, ofEnv] = [await testGateway(), await testGateway()];
    const stack = await TestStack.create({ env: ofEnv.env });
    // Declared providers must ignore the stack config. With it, every run would fail.
    await stack.stack.setConfig("dench:workspace", { value: "of-nobody" });
    let workspace = "not-this-one";
    stack.program = async () => {
      const { adminToken: token, baseUrl } = ofArguments.gateway;
      const provider = new dench.Provider("default", { token, baseUrl, workspace });
      new dench.GatewayKey("ci", { name: "CI" }, { provider });
    };
    expect(await failureOf(stack.up())).toContain("[dench:wrong_workspace]");
    ({ slug: workspace } = (await ofArguments.call("GET", "/status")).workspace);
    expect((await stack.up()).steps).toEqual(["create ci"]);
    expect([await ofArguments.activeKeys(), await ofEnv.keys()]).toMatchObject([[{ name: "CI" }], []]);
    expect((await stack.refresh()).steps).toEqual([]);
    expect((await stack.destroy()).steps).toEqual(["delete ci"]);
    expect(await ofArguments.activeKeys()).toEqual([]);
  });

  it("declared in a program warn once that they do not check the workspace of the stack config", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create();
    await stack.stack.setConfig("dench:workspace", { value: "of-the-default-provider" });
    const { adminToken: token, baseUrl } = gateway.gateway;
    let args: ProviderArgs = { token, baseUrl };
    stack.program = async () => {
      const provider = new dench.Provider("shop", args);
      for (const name of ["ci", "deploy"]) new dench.GatewayKey(name, { name }, { provider });
    };
    const warnings = async () => {
      const [, diagnostics = ""] = (await stack.preview()).output.split("Diagnostics:");
      return diagnostics.match(/.*\n.*warning: .*workspace.*/g) ?? [];
    };
    expect(await warnings()).toEqual([
      expect.stringMatching(/\(shop\):\n.*accepts a token of any workspace: the stack config dench:workspace does not/),
    ]);
    args = { token, baseUrl, workspace: "local" };
    expect(await warnings()).toEqual([]);
  });

  it("read a token from the stack config, which is encrypted in the state or absent from it", async () => {
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

  it("read a token from the environment, which is absent from the state", async () => {
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

  it("may change their arguments without a change to any key", async () => {
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
  it("stores no option of the stack config in the state, however it is written", async () => {
    const gateway = await testGateway();
    const { adminToken, baseUrl } = gateway.gateway;
    const stack = await CliStack.create({});
    // A number, plain text, and a secret.
    stack.config = { "dench:maxRetries": 2, "dench:driftCheck": "warn", "dench:baseUrl": baseUrl };
    await stack.write({ ci: { properties: { name: "CI" } } });
    await stack.run("config", "set", "--secret", "dench:token", adminToken);
    await stack.up();
    expect(await gateway.activeKeys()).toHaveLength(1);
    const state = await stack.run("stack", "export", "--show-secrets");
    for (const option of ["maxRetries", "driftCheck", "baseUrl", "token"]) expect(state).not.toContain(`"${option}"`);
    expect(state).not.toContain(adminToken);
  });

  it("marks a token as secret even if the stack config has it in plain text", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create();
    stack.program = async () => void new plugin.GatewayKey("ci");
    const { adminToken, baseUrl } = gateway.gateway;
    await stack.stack.setAllConfig({ "dench:token": { value: adminToken }, "dench:baseUrl": { value: baseUrl } });
    await stack.up();
    for (const [file, text] of await stack.filesWritten()) {
      // The engine writes the config as it was set into the history of a file backend: here in plain text.
      if (file.includes("/stacks/")) expect(text, file).not.toContain(adminToken);
    }
  });

  it("rejects an unknown option of the stack config or of a provider, and names the nearest option", async () => {
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
