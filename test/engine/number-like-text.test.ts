import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { CliStack } from "../support/cli-stack";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

describeWithEngine("a config value of a YAML program that looks like a number or a boolean", () => {
  async function scene(properties: object, type = "dench:GatewayKey") {
    const gateway = await testGateway();
    const stack = await CliStack.create(gateway.env);
    const set = (name: string, value: string) => stack.run("config", "set", name, value);
    await stack.write({ ci: { type, properties } });
    const inputs = async () => {
      const { deployment } = JSON.parse(await stack.run("stack", "export", "--show-secrets"));
      return deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::ci")).inputs;
    };
    return { gateway, stack, set, inputs };
  }
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is how a YAML program names a config value.
  const causes = { compromised: "${incident}", rotation: { triggers: { team: "${team}" } } };

  itEach(
    casesOf<[string, object]>([
      ["GatewayKey", { ...causes, name: "${team}" }],
      ["PrimarySandboxKey", causes],
    ]),
    ([type]) => `rotates a ${type} like any other text, and is stored as text in the state`,
    async ([type, properties]) => {
      const { stack, set, inputs } = await scene(properties, `dench:${type}`);
      await set("team", "spring");
      await set("incident", "none");
      await stack.up();
      const keyIds = [(await stack.outputs())["ci"]?.keyId];
      for (const [name, value] of [
        ["team", "202607"],
        ["team", "202608"],
        ["incident", "4711"],
        ["incident", "true"],
      ] as const) {
        await set(name, value);
        await stack.up();
        keyIds.push((await stack.outputs())["ci"]?.keyId);
      }
      expect(new Set(keyIds).size).toBe(5);
      expect(await inputs()).toMatchObject({ compromised: "true", rotation: { triggers: { team: "202608" } } });
      // The same text, in quotes.
      await set("team", '"202608"');
      expect(await stack.up()).toMatch(/1 unchanged|2 unchanged/);
      expect((await stack.outputs())["ci"]?.keyId).toBe(keyIds.at(-1));
    },
  );

  it("names a key", async () => {
    const { gateway, stack, set } = await scene({ name: "${team}" });
    await set("team", "2026");
    await stack.up();
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["2026"]);
  });

  it("fails as a scope, and the error shows the quotes to use", async () => {
    const { gateway, stack, set } = await scene({ name: "CI", scopes: ["${team}"] });
    await set("team", "202607");
    const message = await failureOf(stack.up());
    expect(message).toMatch(/scopes\[0\]: must be a string: write it in quotes/);
    expect(message).toContain(`'"…"' for pulumi config set`);
    await set("team", '"202607"');
    await stack.up();
    expect(await gateway.activeKeys()).toMatchObject([{ scopes: ["202607"] }]);
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above.
});

describeByHost("a number that a program passes as a string", ({ dench }, it) => {
  it("is text in inputs, requests and state", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    // A plain JavaScript program may pass a number.
    let value = JSON.parse("202607");
    stack.program = async () =>
      void new dench.GatewayKey("ci", { name: value, compromised: value, rotation: { triggers: { team: value } } });
    await stack.up();
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["202607"]);
    value = "202607";
    expect((await stack.up()).steps).toEqual([]);
    const { deployment } = await stack.stack.exportStack();
    const { inputs, outputs } = deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::ci"));
    const texts = { name: "202607", compromised: "202607", rotation: { triggers: { team: "202607" } } };
    expect([inputs, outputs]).toMatchObject([texts, texts]);
  });
});
