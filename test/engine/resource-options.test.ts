import type { CustomResourceOptions } from "@pulumi/pulumi";
import { expect } from "vitest";
import * as dench from "../../sdk";
import { CliStack } from "../support/cli-stack";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

const BOTH = ["models:read", "chat:completions"];
const ONE = ["models:read"];
const REPLACED = ["create-replacement ci", "delete-replaced ci"];

/** Each row of docs/resource-options.md. */
describeWithEngine("the resource option", () => {
  async function scene(args: dench.GatewayKeyArgs, options: CustomResourceOptions = {}) {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    const program = { args, options };
    stack.program = async () => void new dench.GatewayKey("ci", program.args, program.options);
    await stack.up();
    const live = async () => (await gateway.activeKeys()).length;
    return { gateway, stack, program, live };
  }

  it("ignoreChanges leaves the key unchanged when the named inputs change", async () => {
    const { stack, program } = await scene({ scopes: BOTH, rotation: { triggers: { team: "1" } } });
    program.args = { scopes: ONE, rotation: { triggers: { team: "2" } } };
    program.options = { ignoreChanges: ["scopes", "rotation"] };
    expect((await stack.up()).steps).toEqual([]);
  });

  it("protect rejects a replacement and a removal, and allows a rotation with overlap", async () => {
    const { stack, program, live } = await scene({ scopes: BOTH }, { protect: true });
    program.args = { scopes: ONE };
    expect(await failureOf(stack.up())).toContain("protect");
    expect(await failureOf(stack.destroy())).toContain("protect");
    expect(await live()).toBe(1);
    program.args = { scopes: ONE, rotation: { overlap: "1h" } };
    expect((await stack.up()).steps).toEqual(["update ci"]);
  });

  it("retainOnDelete leaves a removed or replaced key active", async () => {
    const { stack, program, live } = await scene({ scopes: BOTH }, { retainOnDelete: true });
    program.args = { scopes: ONE };
    await stack.up();
    expect(await live()).toBe(2);
    await stack.destroy();
    expect(await live()).toBe(2);
  });

  it("deletedWith leaves a key active that is removed with the named resource", async () => {
    const { gateway, stack } = await scene({});
    stack.program = async () => {
      const owner = new dench.GatewayKey("owner", { name: "owner" });
      new dench.GatewayKey("ci", { name: "CI" }, { deletedWith: owner });
    };
    await stack.up();
    await stack.destroy();
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["CI"]);
  });

  it("replaceOnChanges replaces a key that would have been rotated in place", async () => {
    const rotation = (team: string) => ({ triggers: { team }, overlap: "1h" });
    const { stack, program, live } = await scene({ rotation: rotation("1") }, { replaceOnChanges: ["rotation"] });
    program.args = { rotation: rotation("2") };
    expect((await stack.up()).steps).toEqual(REPLACED);
    expect(await live()).toBe(1);
  });

  it("deleteBeforeReplace revokes the old key before the new one is created", async () => {
    const { gateway, stack, program } = await scene({ scopes: BOTH }, { deleteBeforeReplace: true });
    program.args = { scopes: ONE };
    await stack.up();
    const [created, revoked] = await gateway.keys();
    expect(revoked?.revokedAt).toBeLessThanOrEqual(created?.createdAt ?? 0);
  });

  it("replacementTrigger replaces a key when its value changes, with or without overlap", async () => {
    const { stack, program, live } = await scene({ rotation: { overlap: "1h" } }, { replacementTrigger: "1" });
    program.options = { replacementTrigger: "2" };
    expect((await stack.up()).steps).toEqual(REPLACED);
    expect(await live()).toBe(1);
  });
});

describeWithEngine("the command's", () => {
  async function scene() {
    const gateway = await testGateway();
    const stack = await CliStack.create(gateway.env);
    const live = async () => (await gateway.activeKeys()).map(({ name }) => name).toSorted();
    return { gateway, stack, live };
  }
  const urn = (name: string) => `urn:pulumi:test::test::dench:index:GatewayKey::${name}`;

  it("--target reads and changes only the named key", async () => {
    const { stack, live } = await scene();
    await stack.write({ a: { properties: { name: "a" } }, b: { properties: { name: "b" } } });
    await stack.up();
    await stack.write({ a: { properties: { name: "a2" } }, b: { properties: { name: "b2" } } });
    await stack.up("--target", urn("a"));
    expect(await live()).toEqual(["a2", "b"]);
  });

  it("--continue-on-error creates the keys that do not fail", async () => {
    const { stack, live } = await scene();
    await stack.write({ a: { properties: { name: "a" } }, b: { properties: { name: "" } } });
    expect(await failureOf(stack.up("--continue-on-error"))).toContain("must not be empty");
    await stack.write({ a: { properties: { name: "a" } }, b: { properties: { name: "b" } } });
    await stack.up();
    expect(await live()).toEqual(["a", "b"]);
  });

  it("state rename keeps the key, under its new name", async () => {
    const { gateway, stack, live } = await scene();
    await stack.write({ a: { properties: { name: "a" } } });
    await stack.up();
    const before = await gateway.keys();
    await stack.run("state", "rename", urn("a"), "b", "--yes");
    await stack.write({ b: { properties: { name: "a" } } });
    await stack.up();
    expect(await gateway.keys()).toEqual(before);
    expect(await live()).toEqual(["a"]);
  });

  itEach(
    casesOf<[string, object, RegExp]>([
      ["default", {}, /^ci-[0-9a-f]{7}$/],
      ["verbatim", { "pulumi:autonaming": { mode: "verbatim" } }, /^ci$/],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the engine's patterns have this syntax.
      ["a pattern", { "pulumi:autonaming": { pattern: "${project}-${name}" } }, /^test-ci$/],
    ]),
    ([how]) => `autonaming, ${how}, sets the name of a key once, and a replacement keeps it`,
    async ([, config, name]) => {
      const { gateway, stack } = await scene();
      stack.config = { ...config };
      await stack.write({ ci: { properties: { scopes: ONE } } });
      await stack.up();
      const [first] = await gateway.activeKeys();
      expect(first?.name).toMatch(name);
      await stack.write({ ci: { properties: { scopes: BOTH } } });
      await stack.up();
      expect((await gateway.activeKeys()).map((key) => key.name)).toEqual([first?.name]);
    },
  );

  it("autonaming, disabled, requires a name", async () => {
    const { stack } = await scene();
    stack.config = { "pulumi:autonaming": { mode: "disabled" } };
    await stack.write({ ci: { properties: { scopes: ONE } } });
    expect(await failureOf(stack.up())).toMatch(/name .*must be a string/);
  });
});
