import * as pulumi from "@pulumi/pulumi";
import { expect } from "vitest";
import type { GatewayKeyArgs } from "../../sdk";
import { describeByHost } from "../support/by-host";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { it } from "../support/sample";
import { scriptedServer } from "../support/scripted-server";
import { describeWithEngine, TestStack } from "../support/stack";

describeByHost("bad input", ({ host, dench }, it) => {
  /** Returns what an error says about a value that is not secret. Pulumi's host for dynamic providers always hides the value. */
  const given = (value: string) => `(given: ${host === "the plugin" ? JSON.stringify(value) : "a string"})`;

  it("fails the preview with the path of every problem, before any request is sent", async () => {
    const server = await scriptedServer({ status: 500 });
    const stack = await TestStack.create({ env: { DENCH_BASE_URL: server.url, DENCH_API_KEY: "token" } });
    const wrong: [GatewayKeyArgs, string[]][] = [
      [{ name: "", scopes: [] }, ["property name value {} has a problem: must", "property scopes value {[]} has"]],
      [
        { name: "x".repeat(201), scopes: ["models:read", ""] },
        [
          "property name value {xxx",
          `property scopes value {[{models:read} {}]} has a problem: scopes[1]: must not be empty ${given("")}`,
        ],
      ],
      [
        { rotation: { after: "soon" } },
        [
          "property rotation value {map[after:{soon}]} has a problem: rotation.after: must be a duration",
          `or 1h30m ${given("soon")}`,
        ],
      ],
    ];
    for (const [args, texts] of wrong) {
      stack.program = async () => void new dench.GatewayKey("ci", args);
      const message = await failureOf(stack.preview());
      for (const text of texts) expect(message).toContain(text);
    }
    expect(server.received).toEqual([]);
  });

  it("fails without showing a secret or the value of a misspelled property", async () => {
    const stack = await TestStack.create({ env: { DENCH_API_KEY: "token" } });
    const misspelled = { tokn: "hush-1", after: pulumi.secret("hush-2") };
    const secret = { after: pulumi.secret("hush-3"), triggers: { team: pulumi.secret({ deep: "hush-4" }) } };
    for (const rotation of [misspelled, secret, pulumi.secret({ after: "hush-5" })]) {
      const args: object = { name: pulumi.secret(""), rotation };
      stack.program = async () => void new dench.GatewayKey("ci", args);
      const message = await failureOf(stack.preview());
      expect(message).toContain("property name value {[secret]} has a problem: must");
      expect(message).toContain(rotation === misspelled ? 'there is no property "rotation.tokn"' : "(given: a string)");
      expect(message).not.toContain("hush");
    }
  });

  it("with a misspelled property fails with the name of the nearest property, and hides the value", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    // A plain JavaScript program may pass this. The classes drop unknown properties, but not inside nested objects.
    const rotation = JSON.parse('{ "ovrlap": "hidden-word" }');
    for (const resource of [dench.GatewayKey, dench.PrimarySandboxKey]) {
      stack.program = async () => void new resource("ci", { rotation: { ...rotation, aftre: "30d" } });
      const message = await failureOf(stack.preview());
      expect(message).toContain('there is no property "rotation.aftre"; did you mean "rotation.after"?');
      expect(message).not.toContain("hidden-word");
    }
    const call: Parameters<typeof dench.getGatewayKeys>[0] = JSON.parse('{ "unusedForDay": 90 }');
    stack.program = async () => void (await dench.getGatewayKeys(call));
    expect(await failureOf(stack.preview())).toContain(
      'there is no argument "unusedForDay"; did you mean "unusedForDays"?',
    );
  });

  it("that is unknown until the update does not fail the preview", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => {
      const first = new dench.GatewayKey("first", { name: "first" });
      const second = new dench.GatewayKey("second", {
        name: pulumi.interpolate`after ${first.keyId}`,
        scopes: [first.status.apply(() => "models:read")],
      });
      return { name: second.name };
    };
    expect((await stack.preview()).steps).toEqual(["create first", "create second"]);
    expect(await gateway.keys()).toEqual([]);
    const { outputs } = await stack.up();
    expect(outputs["name"]?.value).toMatch(/^after key_/);
    expect((await stack.preview()).steps).toEqual([]);
  });

  it("without a token fails in preview, with an error that names the three places to set one", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: { DENCH_BASE_URL: gateway.gateway.baseUrl } });
    stack.program = async () => void new dench.GatewayKey("ci");
    for (const run of ["preview", "up"] as const) {
      const message = await failureOf(stack[run]());
      expect(message).toMatch(/provider argument token, the stack config dench:token, or the environment variable/);
      expect(message).toContain("[dench:no_token]");
    }
  });

  it("with the token of another workspace fails before a key is created", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_WORKSPACE: "shop" } });
    stack.program = async () => void new dench.GatewayKey("ci");
    expect(await failureOf(stack.up())).toContain("[dench:wrong_workspace]");
    expect(await gateway.keys()).toEqual([]);
  });

  it("in the stack config fails with the name of the option", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => void new dench.GatewayKey("ci");
    await stack.stack.setConfig("dench:maxRetries", { value: "many" });
    expect(await failureOf(stack.up())).toMatch(/maxRetries: must be an integer from 0 to 20/);
  });
});

describeWithEngine("a misspelled property in a program without the classes of the SDK", () => {
  it("fails with the name of the nearest property, and the value is hidden", async () => {
    const stack = await TestStack.create({ env: { DENCH_API_KEY: "token" } });
    class RawKey extends pulumi.CustomResource {}
    stack.program = async () =>
      void new RawKey("dench:index:GatewayKey", "ci", { name: "CI", scpoes: ["hidden-word"] });
    const message = await failureOf(stack.preview());
    expect(message).toContain('there is no property "scpoes"; did you mean "scopes"?');
    expect(message).not.toContain("hidden-word");
  });
});
