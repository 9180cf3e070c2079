import { expect, it } from "vitest";
import * as dench from "../../sdk";
import { CliStack } from "../support/cli-stack";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { describeWithEngine, TestStack } from "../support/stack";

describeWithEngine("a key that exists", () => {
  async function scene() {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    const made = await gateway.call("POST", "/api-keys", { name: "CI", scopes: ["models:read"] });
    return { gateway, stack, made };
  }
  it("is imported by the option, without its value, and is the program's from then on", async () => {
    const { gateway, stack, made } = await scene();
    let args: dench.GatewayKeyArgs = { name: "CI", scopes: ["models:read"], rotation: { overlap: "24h" } };
    let options: { import?: string } = { import: made.id };
    stack.program = async () => {
      const ci = new dench.GatewayKey("ci", args, options);
      return { key: ci.key, keyId: ci.keyId, previousKeyId: ci.previousKeyId };
    };
    args = { name: "CI", scopes: ["models:read"] };
    const first = await stack.up();
    expect(first.outputs).toMatchObject({ keyId: { value: made.id } });
    expect(first.outputs["key"]?.value).toBeUndefined();
    expect(first.output).toContain("taken over without its value");

    options = {};
    args = { name: "CI", scopes: ["models:read"], rotation: { overlap: "24h", triggers: { owned: "no" } } };
    expect((await stack.up()).steps).toEqual(["update ci"]);
    args = { name: "CI", scopes: ["models:read"], rotation: { overlap: "24h", triggers: { owned: "yes" } } };
    const { outputs } = await stack.up();
    expect(outputs["previousKeyId"]?.value).toBe(made.id);
    expect(await Promise.all([made.key, outputs["key"]?.value].map((key) => gateway.dataPlane(key)))).toEqual([
      200, 200,
    ]);
  });
});

describeWithEngine("pulumi import", () => {
  async function scene() {
    const gateway = await testGateway();
    const stack = await CliStack.create(gateway.env);
    const made = await gateway.call("POST", "/api-keys", { name: "CI", scopes: ["models:read"] });
    const importAs = (type: string, id: string) =>
      stack.run(
        "import",
        `dench:index:${type}`,
        "ci",
        id,
        "--yes",
        "--skip-preview",
        "--protect=false",
        "--generate-code=false",
      );
    const outputsOf = async () => {
      const { deployment } = JSON.parse(await stack.run("stack", "export", "--show-secrets"));
      return deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::ci")).outputs;
    };
    return { gateway, stack, made, importAs, outputsOf };
  }

  it("brings the value, if DENCH_IMPORT_KEY is it; and the program then finds nothing to change", async () => {
    const { stack, made, importAs, outputsOf } = await scene();
    stack.env["DENCH_IMPORT_KEY"] = made.key;
    expect(await importAs("GatewayKey", made.id)).not.toContain("without its value");
    expect((await outputsOf()).key).toMatchObject({ plaintext: JSON.stringify(made.key) });
    await stack.write({ ci: { properties: { name: "CI", scopes: ["models:read"] } } });
    expect(await stack.run("preview", "--expect-no-changes")).not.toContain(made.key);
  });

  it("leaves the value unset where DENCH_IMPORT_KEY is another key's, so that bulk imports go on", async () => {
    const { gateway, stack, made, importAs, outputsOf } = await scene();
    stack.env["DENCH_IMPORT_KEY"] = (await gateway.call("POST", "/api-keys", { name: "other" })).key;
    expect(await importAs("GatewayKey", made.id)).toContain("without its value");
    const outputs = await outputsOf();
    expect(outputs).toMatchObject({ keyId: made.id, status: "active", key: null });
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
    expect(await failureOf(importAs("PrimarySandboxKey", made.id))).toMatch(/the only one there is has the id primary/);
  });

  it("takes over the primary sandbox key by the id primary, and destroy leaves it alone", async () => {
    const { gateway, stack, importAs, outputsOf } = await scene();
    await importAs("PrimarySandboxKey", "primary");
    const value = JSON.parse((await outputsOf()).key.plaintext);
    expect(await gateway.dataPlane(value)).toBe(200);
    await stack.run("destroy", "--yes", "--skip-preview");
    expect(await gateway.dataPlane(value)).toBe(200);
  });
});
