import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { testGateway } from "../support/gateway";
import { TestStack } from "../support/stack";

const BOTH = ["models:read", "chat:completions"];

describeByHost("a gateway key through the engine", ({ dench }, it) => {
  it("is created once, is valid for the data plane, and is stored only encrypted in the state", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => {
      const ci = new dench.GatewayKey("ci", { name: "CI/CD", scopes: BOTH });
      return { key: ci.key, keyId: ci.keyId, status: ci.status, createdBy: ci.createdBy, last4: ci.last4 };
    };

    const first = await stack.up();
    expect(first.steps).toEqual(["create ci"]);
    const [key] = await gateway.activeKeys();
    expect(key).toMatchObject({ name: "CI/CD", scopes: BOTH, kind: "additional" });
    expect(first.outputs).toMatchObject({
      key: { secret: true },
      keyId: { value: key?.id, secret: false },
      status: { value: "active" },
      createdBy: { value: "Ada Admin" },
      last4: { value: key?.last4 },
    });
    const value = first.outputs["key"]?.value;
    expect(await gateway.dataPlane(value)).toBe(200);
    for (const [file, text] of await stack.filesWritten()) expect(text, file).not.toContain(value);
    expect(first.output).not.toContain(value);

    const second = await stack.up();
    expect(second.steps).toEqual([]);
    expect((await stack.preview()).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
    expect((await stack.preview()).steps).toEqual([]);
    expect((await stack.stack.outputs())["key"]?.value).toBe(value);
  });

  it("is replaced when its scopes change: the new key is created before the old one is revoked", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    let scopes = BOTH;
    stack.program = async () => ({ key: new dench.GatewayKey("ci", { scopes }).key });
    const before = await stack.up();

    scopes = ["models:read"];
    const after = await stack.up();
    expect(after.steps).toEqual(["create-replacement ci", "delete-replaced ci"]);
    expect(await gateway.dataPlane(before.outputs["key"]?.value)).toBe(401);
    expect(await gateway.dataPlane(after.outputs["key"]?.value)).toBe(200);

    const [created, revoked] = await gateway.keys();
    expect(revoked?.revokedAt).toBeGreaterThanOrEqual(created?.createdAt ?? Number.POSITIVE_INFINITY);
  });

  it("is revoked when it is removed from the program, or its stack is destroyed", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    let names = ["staging", "production"];
    stack.program = async () => {
      for (const name of names) new dench.GatewayKey(name);
    };
    await stack.up();
    expect(await gateway.activeKeys()).toHaveLength(2);

    names = ["production"];
    expect((await stack.up()).steps).toEqual(["delete staging"]);
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual([expect.stringMatching(/^production/)]);

    expect((await stack.destroy()).steps).toEqual(["delete production"]);
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("of another program is read by its ID, without its value", async () => {
    const gateway = await testGateway();
    const made = await gateway.call("POST", "/api-keys", { name: "elsewhere" });
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => {
      const found = dench.GatewayKey.get("found", made.id);
      return { name: found.name, keyId: found.keyId };
    };
    const { outputs } = await stack.up();
    expect([outputs["name"]?.value, outputs["keyId"]?.value]).toEqual(["elsewhere", made.id]);
    await stack.destroy();
    expect(await gateway.activeKeys()).toHaveLength(1);
  });
});
