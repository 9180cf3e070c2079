import { expect } from "vitest";
import type { GatewayKeyArgs } from "../../sdk";
import * as dench from "../../sdk";
import { CliStack, type YamlResource } from "../support/cli-stack";
import { failureOf } from "../support/failure";
import { type TestGateway, testGateway } from "../support/gateway";
import { casesOf, it, itEach } from "../support/sample";
import { DAY } from "../support/scene";
import { describeWithEngine, TestStack } from "../support/stack";

const TRIGGER = { triggers: { owner: "pulumi" } };
const AS_IMPORTED = { name: "CI", scopes: ["models:read"] };

/** The statuses of the data plane's responses to these values. */
const statuses = (gateway: TestGateway, ...values: unknown[]) =>
  Promise.all(values.map((value) => gateway.dataPlane(value)));

describeWithEngine("a key that was created manually, with the option import,", () => {
  async function scene() {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    const made = await gateway.call("POST", "/api-keys", AS_IMPORTED);
    const wanted: { args: GatewayKeyArgs; isImport: boolean } = { args: AS_IMPORTED, isImport: true };
    stack.program = async () => {
      const options = { protect: true, ...(wanted.isImport ? { import: made.id } : {}) };
      const { key, keyId, previousKey, previousKeyId } = new dench.GatewayKey("ci", wanted.args, options);
      return { key, keyId, previousKey, previousKeyId };
    };
    const up = async () => {
      const { steps, outputs, output } = await stack.up();
      const value = (name: string) => outputs[name]?.value ?? undefined;
      return {
        steps,
        output,
        key: value("key"),
        keyId: value("keyId"),
        previousKeyId: value("previousKeyId"),
        outputs,
      };
    };
    return { gateway, stack, made, wanted, up };
  }

  it("is imported unchanged, without its value", async () => {
    const { gateway, made, wanted, up } = await scene();
    const first = await up();
    expect(first).toMatchObject({ steps: ["import ci"], key: undefined, keyId: made.id });
    expect(first.output).toContain(`The value of the key ${made.id} is not available`);
    wanted.isImport = false;
    expect((await up()).steps).toEqual([]);
    expect(await statuses(gateway, made.key)).toEqual([200]);
  });

  it("is imported and rotated in one update, and stays active as the previous key during the overlap", async () => {
    const { gateway, made, wanted, up } = await scene();
    wanted.args = { ...AS_IMPORTED, rotation: { ...TRIGGER, overlap: "24h" } };
    const first = await up();
    expect(first).toMatchObject({ steps: ["import ci", "update ci"], previousKeyId: made.id });
    expect(first.outputs).toMatchObject({ key: { secret: true } });
    expect(first.outputs["previousKey"]?.value ?? undefined).toBeUndefined();
    expect(await statuses(gateway, made.key, first.key)).toEqual([200, 200]);
    expect((await up()).steps, "once").toEqual([]);
  });

  it("is imported, rotated and revoked in one update without an overlap", async () => {
    const { gateway, made, wanted, up } = await scene();
    wanted.args = { ...AS_IMPORTED, rotation: TRIGGER };
    const first = await up();
    expect(first).toMatchObject({ steps: ["import ci", "update ci"], previousKeyId: undefined });
    expect(await statuses(gateway, made.key, first.key)).toEqual([401, 200]);
    wanted.isImport = false;
    expect((await up()).steps).toEqual([]);
  });

  it("cannot be replaced or revoked while the option is set, and is replaced after the option is removed", async () => {
    const { gateway, stack, made, wanted, up } = await scene();
    wanted.args = { ...AS_IMPORTED, rotation: TRIGGER };
    const first = await up();
    stack.program = async () => {
      const options = wanted.isImport ? { import: made.id } : {};
      const { key, keyId } = new dench.GatewayKey("ci", { ...wanted.args, name: "CD" }, options);
      return { key, keyId };
    };
    expect(await failureOf(stack.up())).toContain("previously-imported resources that still specify an ID");
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([first.keyId]);
    wanted.isImport = false;
    const second = await up();
    expect(second.steps).toEqual(["create-replacement ci", "delete-replaced ci"]);
    expect(await statuses(gateway, first.key, second.key)).toEqual([401, 200]);
  });
});

describeWithEngine("pulumi import", () => {
  async function scene() {
    const now = { ms: Date.parse("2026-05-01T00:00:00Z") };
    const gateway = await testGateway({ clock: () => now.ms });
    const stack = await CliStack.create({ ...gateway.env, DENCH_TEST_NOW: new Date(now.ms).toISOString() });
    const made = await gateway.call("POST", "/api-keys", AS_IMPORTED);
    const wait = (ms: number) => {
      now.ms += ms;
      stack.env["DENCH_TEST_NOW"] = new Date(now.ms).toISOString();
    };
    const importAs = (type: string, id: string, ...flags: string[]) =>
      stack.run(
        "import",
        `dench:index:${type}`,
        "ci",
        id,
        "--yes",
        "--skip-preview",
        "--generate-code=false",
        ...flags,
      );
    const write = (more: object = {}, options: YamlResource["options"] = { protect: true }) =>
      stack.write({ ci: { properties: { ...AS_IMPORTED, ...more }, options } });
    const resource = async () => {
      const { deployment } = JSON.parse(await stack.run("stack", "export", "--show-secrets"));
      return deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::ci"));
    };
    const outputsOf = async () => (await resource()).outputs;
    const keyValue = async () => JSON.parse((await outputsOf()).key.plaintext);
    return { gateway, stack, made, wait, importAs, write, resource, outputsOf, keyValue };
  }

  it("protects a key, and one update with a trigger and an overlap still rotates it in place", async () => {
    const { gateway, stack, made, wait, importAs, write, resource, outputsOf, keyValue } = await scene();
    await importAs("GatewayKey", made.id);
    expect((await resource()).protect).toBe(true);
    await write({ rotation: { ...TRIGGER, overlap: "24h" } });
    expect(await stack.run("preview")).toMatch(
      /rotation trigger owner was added, and the state does not have the key value: creates a new key; the first update after 2026-05-02/,
    );
    await stack.up();
    expect(await outputsOf()).toMatchObject({
      previousKeyId: made.id,
      previousKeyRevokeAt: "2026-05-02T00:00:00Z",
      rotation: TRIGGER,
    });
    expect((await outputsOf()).previousKey).toMatchObject({ plaintext: "null" });
    const value = await keyValue();
    expect(await statuses(gateway, made.key, value)).toEqual([200, 200]);

    wait(DAY);
    await stack.up();
    expect((await outputsOf()).previousKeyId).toBeNull();
    expect(await statuses(gateway, made.key, value)).toEqual([401, 200]);
    await stack.run("preview", "--expect-no-changes");
  });

  it("protects a key, and one update with a trigger alone rotates it in place and revokes the old key", async () => {
    const { gateway, stack, made, importAs, write, keyValue } = await scene();
    await importAs("GatewayKey", made.id);
    await write({ rotation: TRIGGER });
    await stack.up();
    expect(await statuses(gateway, made.key, await keyValue())).toEqual([401, 200]);
    await stack.run("preview", "--expect-no-changes");
  });

  it("imports a key to which an overlap and an age can be added without a new value", async () => {
    const { gateway, stack, made, importAs, write } = await scene();
    await importAs("GatewayKey", made.id);
    await write({ rotation: { overlap: "24h", after: "30d" } });
    await stack.up();
    expect((await gateway.keys()).map(({ id, status }) => [id, status])).toEqual([[made.id, "active"]]);
  });

  itEach(
    casesOf<[string, (value: string) => string]>([
      ["with spaces and a Windows line ending", (value) => `  ${value} \r\n`],
      ["with a line ending", (value) => `${value}\n`],
      ["unchanged", (value) => value],
    ]),
    ([how]) => `imports the value of DENCH_IMPORT_KEY, ${how}, and the next update has no changes`,
    async ([, given]) => {
      const { gateway, stack, made, importAs, write, keyValue } = await scene();
      stack.env["DENCH_IMPORT_KEY"] = given(made.key);
      expect(await importAs("GatewayKey", made.id)).not.toContain("is not available");
      expect(await keyValue()).toBe(made.key);
      await write();
      expect(await stack.run("preview", "--expect-no-changes")).not.toContain(made.key);
      delete stack.env["DENCH_IMPORT_KEY"];

      await write({ rotation: { ...TRIGGER, overlap: "24h" } });
      await stack.up();
      expect(await keyValue(), "a trigger that is added to a key with its value").toBe(made.key);
      await write({ rotation: { triggers: { owner: "team" }, overlap: "24h" } });
      await stack.up();
      expect(await statuses(gateway, made.key, await keyValue())).toEqual([200, 200]);
    },
  );

  it("leaves the value unset if DENCH_IMPORT_KEY belongs to another key, so that bulk imports continue", async () => {
    const { gateway, stack, made, importAs, outputsOf } = await scene();
    stack.env["DENCH_IMPORT_KEY"] = (await gateway.call("POST", "/api-keys", { name: "other" })).key;
    const printed = await importAs("GatewayKey", made.id);
    expect(printed).toContain("it is not in DENCH_IMPORT_KEY.");
    expect(printed).not.toContain(stack.env["DENCH_IMPORT_KEY"]);
    const outputs = await outputsOf();
    expect(outputs).toMatchObject({
      keyId: made.id,
      status: "active",
      key: expect.objectContaining({ plaintext: "null" }),
    });
  });

  it("is an error for a key that is revoked, unknown, or of another kind", async () => {
    const { gateway, made, importAs } = await scene();
    await gateway.revoke(made.id);
    const { id: primary } = await gateway.call("GET", "/api-keys/primary");
    expect(await failureOf(importAs("GatewayKey", made.id))).toMatch(/its status is revoked/);
    expect(await failureOf(importAs("GatewayKey", primary))).toMatch(/Import it as a PrimarySandboxKey/);
    for (const id of ["key_unknown", "no such key", "a/../b"]) {
      expect(await failureOf(importAs("GatewayKey", id)), id).toContain("[dench:not_found]");
    }
    expect(await failureOf(importAs("PrimarySandboxKey", made.id))).toMatch(/the ID must be primary/);
  });

  it("imports the primary sandbox key by the ID primary, and destroy does not change it", async () => {
    const { gateway, stack, importAs, keyValue } = await scene();
    await importAs("PrimarySandboxKey", "primary", "--protect=false");
    const value = await keyValue();
    expect(await gateway.dataPlane(value)).toBe(200);
    await stack.run("destroy", "--yes", "--skip-preview");
    expect(await gateway.dataPlane(value)).toBe(200);
  });
});
