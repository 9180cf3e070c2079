import { expect } from "vitest";
import { CliStack } from "../support/cli-stack";
import { testGateway } from "../support/gateway";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine } from "../support/stack";

const START = Date.parse("2026-05-01T00:00:00Z");
const HOUR = 3_600_000;
/** The resource b, in the language of the program. */
const B = `$${"{b}"}`;
const CI = { name: "CI", scopes: ["models:read"] };

describeWithEngine("a key that a second resource has imported", () => {
  async function scene() {
    const now = { ms: START };
    const gateway = await testGateway({ clock: () => now.ms });
    const stack = await CliStack.create(gateway.env);
    const wait = (hours: number) => {
      now.ms += hours * HOUR;
      stack.env["DENCH_TEST_NOW"] = new Date(now.ms).toISOString();
    };
    wait(0);
    await stack.write({ a: { properties: { ...CI, rotation: { overlap: "24h" } } } });
    await stack.up();
    const { key = "", keyId = "" } = (await stack.outputs())["a"] ?? {};
    stack.env["DENCH_IMPORT_KEY"] = key;
    const b = { properties: CI, options: { import: keyId } };
    const opens = () => gateway.dataPlane(key);
    return { gateway, stack, wait, b, keyId, opens };
  }

  /** Destroys the stack, and expects no active keys. */
  async function end({ stack, gateway }: Awaited<ReturnType<typeof scene>>) {
    await stack.run("destroy", "--yes", "--skip-preview");
    expect(await gateway.activeKeys()).toEqual([]);
  }

  it("stays active if the first is removed in the same update, with a warning that names the second", async () => {
    const now = await scene();
    await now.stack.write({ b: now.b });
    expect(await now.stack.up()).toMatch(new RegExp(`${now.keyId} was not revoked, because urn:.*::b has it too`));
    expect(await now.opens()).toBe(200);
    await end(now);
  });

  it("stays active if the first is removed in a later update", async () => {
    const now = await scene();
    await now.stack.write({ a: { properties: { ...CI, rotation: { overlap: "24h" } } }, b: now.b });
    await now.stack.up();
    await now.stack.write({ b: { properties: CI } });
    expect(await now.stack.up()).toContain("was not revoked");
    expect(await now.opens()).toBe(200);
    await end(now);
  });

  itEach(
    casesOf<[string, object]>([
      ["the replacement of the first", { name: "CD" }],
      ["an incident of the first", { name: "CI", compromised: "INC-1" }],
    ]),
    ([what]) => `stays active after ${what}`,
    async ([, change]) => {
      const now = await scene();
      const options = { dependsOn: [B] };
      await now.stack.write({ a: { properties: CI, options }, b: now.b });
      await now.stack.up();
      await now.stack.write({ a: { properties: { ...CI, ...change }, options }, b: now.b });
      expect(await now.stack.up()).toContain("was not revoked");
      expect(await now.opens()).toBe(200);
      await end(now);
    },
  );

  itEach(
    casesOf([{ deleteBeforeReplace: true }, {}]),
    (option) => `does not exist after a rename by alias: ${JSON.stringify(option)}`,
    async (option) => {
      const { gateway, stack } = await scene();
      const aliases = ["urn:pulumi:test::test::dench:index:GatewayKey::a"];
      await stack.write({ renamed: { properties: { ...CI, name: "CD" }, options: { aliases, ...option } } });
      expect(await stack.up()).not.toContain("was not revoked");
      expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["CD"]);
    },
  );

  it("stays active after an overlap in which it is the previous key of the first", async () => {
    const now = await scene();
    const options = { dependsOn: [B] };
    const a = { properties: { ...CI, name: "CD", rotation: { overlap: "24h" } }, options };
    await now.stack.write({ a, b: now.b });
    await now.stack.up();
    now.wait(25);
    expect(await now.stack.up()).toContain("was not revoked");
    expect(await now.opens()).toBe(200);
    expect((await now.stack.keysInState()).map(({ name }) => name).toSorted()).toEqual(["a", "b"]);
    await end(now);
  });
});
