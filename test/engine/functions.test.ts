import * as pulumi from "@pulumi/pulumi";
import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { failureOf } from "../support/failure";
import { type TestGateway, testGateway } from "../support/gateway";
import { TestStack } from "../support/stack";

/** Sets the stack config rather than the environment, because the dynamic entry's functions run in this process. */
async function stackOn({ gateway }: TestGateway): Promise<TestStack> {
  const stack = await TestStack.create();
  await stack.stack.setAllConfig({
    "dench:token": { value: gateway.adminToken, secret: true },
    "dench:baseUrl": { value: gateway.baseUrl },
  });
  return stack;
}

describeByHost("functions", ({ dench }, it) => {
  it("return results in both forms, and are not called in a preview with unknown arguments", async () => {
    const gateway = await testGateway();
    const old = await gateway.call("POST", "/api-keys", { name: "old" });
    const stack = await stackOn(gateway);
    stack.program = async () => {
      const key = new dench.GatewayKey("ci", { name: "ci" });
      const { keys } = await dench.getGatewayKeys();
      const { name } = await dench.getGatewayKey({ keyId: old.id });
      return {
        before: keys.map((each) => each.id),
        after: dench.getGatewayKeysOutput({}, { dependsOn: [key] }).keys.apply((all) => all.map((each) => each.name)),
        name,
        usage: dench.getKeyUsageOutput({ keyId: key.keyId }).daily.length,
        created: dench.getGatewayKeyOutput({ keyId: key.keyId }),
        slug: (await dench.getWorkspace()).slug,
        role: dench.getWorkspaceOutput().apply(({ caller }) => caller?.role),
      };
    };
    await stack.preview();
    expect(await gateway.activeKeys()).toHaveLength(1);
    const { outputs } = await stack.up();
    const values = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    expect(values).toMatchObject({
      before: [old.id],
      after: ["ci", "old"],
      name: "old",
      usage: 30,
      created: { name: "ci", requests30d: 0, createdBy: { name: "Ada Admin" } },
      slug: "local",
      role: "admin",
    });
    // The token is a secret. The results are not.
    expect(Object.values(outputs).filter(({ secret }) => secret)).toEqual([]);
  });

  it("wait for the resources that their arguments depend on, including those in a component", async () => {
    const gateway = await testGateway();
    const stack = await stackOn(gateway);
    const whilePreviewed: boolean[] = [];
    stack.program = async () => {
      const key = new dench.GatewayKey("ci", { name: "ci" });
      const team = new pulumi.ComponentResource("test:index:Team", "team");
      new dench.GatewayKey("lab", { name: "lab" }, { parent: team });
      return {
        byName: dench.getGatewayKeyOutput({ name: key.name }).id,
        all: dench
          .getGatewayKeysOutput({}, { dependsOn: [key, team] })
          .keys.apply((keys) => keys.map(({ name }) => name)),
        inTeam: dench.getGatewayKeysOutput({}, { dependsOn: [team] }).apply(({ keys }) => {
          whilePreviewed.push(pulumi.runtime.isDryRun());
          return keys.map(({ name }) => name);
        }),
      };
    };
    await stack.preview();
    const { outputs } = await stack.up();
    expect(whilePreviewed, "a call for keys of which one is yet to be created").toEqual([false]);
    expect(outputs["inTeam"]?.value).toContain("lab");
    const ids = (await gateway.keys()).filter(({ name }) => name === "ci").map(({ id }) => id);
    expect(ids).toEqual([outputs["byName"]?.value]);
    expect(outputs["all"]?.value.toSorted()).toEqual(["ci", "lab"]);
  });

  it("do not show a key value that is passed as an ID", async () => {
    const gateway = await testGateway();
    const stack = await stackOn(gateway);
    const { key: value } = await gateway.call("POST", "/api-keys", { name: "mistaken" });
    stack.program = async () => ({ usage: dench.getKeyUsageOutput({ keyId: pulumi.secret(value) }).requests });
    const failure = await failureOf(stack.preview());
    expect(failure).toContain("GET /api/v1/api-keys/{id}/usage");
    expect(failure).not.toContain(value);
  });

  it("query the workspace of their provider, or of their parent's", async () => {
    const [shop, lab] = [await testGateway(), await testGateway()];
    const stack = await stackOn(shop);
    const { adminToken: token, baseUrl } = lab.gateway;
    stack.program = async () => {
      const provider = new dench.Provider("lab", { token, baseUrl: pulumi.output(baseUrl) });
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent", {}, { providers: [provider] });
      return {
        ids: [
          (await dench.getWorkspace()).id,
          (await dench.getWorkspace({ provider })).id,
          (await dench.getWorkspace({ parent })).id,
          dench.getWorkspaceOutput({ provider }).id,
        ],
      };
    };
    const [ours, theirs] = [await shop.call("GET", "/status"), await lab.call("GET", "/status")].map(
      ({ workspace }) => workspace.id,
    );
    expect((await stack.up()).outputs["ids"]?.value).toEqual([ours, theirs, theirs, theirs]);
  });

  it("are not called in a preview if the provider's token is unknown", async () => {
    const gateway = await testGateway();
    const stack = await stackOn(gateway);
    stack.program = async () => {
      const { key } = new dench.PrimarySandboxKey("sandbox");
      const provider = new dench.Provider("own", { token: key, baseUrl: gateway.gateway.baseUrl });
      return { slug: dench.getWorkspaceOutput({ provider }).apply((workspace) => workspace.slug) };
    };
    await stack.preview();
    expect((await stack.up()).outputs["slug"]).toEqual({ value: "local", secret: false });
  });

  it("fail with the cause and the next step, as resources do", async () => {
    const gateway = await testGateway();
    const stack = await stackOn(gateway);
    stack.program = async () => void (await dench.getGatewayKey({}));
    expect(await failureOf(stack.preview())).toContain("Set either keyId or name. [dench:invalid_arguments]");
    await stack.stack.setConfig("dench:workspace", { value: "another" });
    stack.program = async () => ({ keys: dench.getGatewayKeysOutput().keys });
    expect(await failureOf(stack.preview())).toContain("[dench:wrong_workspace]");
    await stack.stack.removeAllConfig(["dench:workspace", "dench:token"]);
    expect(await failureOf(stack.preview())).toContain("export DENCH_API_KEY=");
  });
});
