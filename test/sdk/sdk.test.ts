import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { packageSchema } from "../../provider/schema";
import * as dench from "../../sdk";
import { projectRoot } from "../support/project";

interface Registered {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, inputs });
      return { id: `${name}-id`, state: { ...inputs, keyId: "key_1" } };
    },
    call: ({ inputs }) => inputs,
  });
});

const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

describe("GatewayKey", () => {
  it("registers its inputs, and gives its outputs", async () => {
    const key = new dench.GatewayKey("ci", { name: "CI/CD", scopes: ["models:read"] });
    expect(await known(key.keyId)).toBe("key_1");
    expect(await known(key.name)).toBe("CI/CD");
    expect(registered.at(-1)).toEqual({
      type: "dench:index:GatewayKey",
      inputs: { name: "CI/CD", scopes: ["models:read"] },
    });
  });

  it("knows its own kind from others", () => {
    expect(dench.GatewayKey.isInstance(new dench.GatewayKey("ci"))).toBe(true);
    expect(dench.GatewayKey.isInstance(new dench.Provider("p"))).toBe(false);
    expect(dench.Provider.isInstance(new dench.Provider("p"))).toBe(true);
    expect(dench.GatewayKey.isInstance({})).toBe(false);
    expect(dench.GatewayKey.isInstance(undefined)).toBe(false);
  });

  it("is found by its id without being managed", async () => {
    const key = dench.GatewayKey.get("ci", "key_9");
    expect(await known(key.id)).toBe("key_9");
  });
});

describe("the classes and the schema", () => {
  it("name the same properties", () => {
    const { resources, provider, types } = JSON.parse(JSON.stringify(packageSchema()));
    const namesOf = (properties: object) => Object.keys(properties).toSorted();
    const key = resources["dench:index:GatewayKey"];
    const args: Record<keyof dench.GatewayKeyArgs, true> = {
      name: true,
      scopes: true,
      rotation: true,
      compromised: true,
      keepIfUsedWithin: true,
      waitUntilReady: true,
    };
    expect(namesOf(key.inputProperties)).toEqual(namesOf(args));
    const rotation: Record<keyof dench.KeyRotationArgs, true> = { triggers: true, after: true, overlap: true };
    expect(namesOf(types["dench:index:KeyRotation"].properties)).toEqual(namesOf(rotation));

    type Outputs<Resource> = Record<Exclude<keyof Resource, keyof pulumi.CustomResource>, true>;
    const outputs: Outputs<dench.GatewayKey> = {
      ...args,
      key: true,
      keyId: true,
      workspaceId: true,
      prefix: true,
      last4: true,
      status: true,
      createdAt: true,
      createdBy: true,
      previousKey: true,
      previousKeyId: true,
      previousKeyRevokeAt: true,
      revokePending: true,
    };
    expect(namesOf(key.properties)).toEqual(namesOf(outputs));

    const primary = resources["dench:index:PrimarySandboxKey"];
    const primaryArgs: Record<keyof dench.PrimarySandboxKeyArgs, true> = {
      reveal: true,
      rotation: true,
      compromised: true,
      waitUntilReady: true,
    };
    expect(namesOf(primary.inputProperties)).toEqual(namesOf(primaryArgs));
    const primaryRotation: Record<keyof dench.PrimaryKeyRotationArgs, true> = { triggers: true, after: true };
    expect(namesOf(types["dench:index:PrimaryKeyRotation"].properties)).toEqual(namesOf(primaryRotation));
    const primaryOutputs: Outputs<dench.PrimarySandboxKey> = {
      ...primaryArgs,
      key: true,
      keyId: true,
      workspaceId: true,
      prefix: true,
      last4: true,
      scopes: true,
      createdAt: true,
    };
    expect(namesOf(primary.properties)).toEqual(namesOf(primaryOutputs));

    const options: Required<dench.ProviderArgs> = {
      token: "",
      baseUrl: "",
      gatewayUrl: "",
      workspace: "",
      maxRetries: 0,
      timeoutSeconds: 0,
      maxConcurrency: 0,
      driftCheck: true,
    };
    expect(namesOf(provider.inputProperties)).toEqual(namesOf(options));
  });
});

it.each([
  ["a CommonJS program", "commonjs", 'const dench = require("pulumi-dench");'],
  ["an ESM program", "module", 'import * as dench from "pulumi-dench";'],
])("the built package is used by %s, and loads nothing but Pulumi's SDK", async (_what, type, load) => {
  const program = `${load} console.log(typeof dench.GatewayKey, typeof dench.Provider);
    ${type === "commonjs" ? "console.log(Object.keys(require.cache).some((file) => /undici|zod|grpc.dench/.test(file)));" : "console.log(false);"}`;
  const { stdout } = await promisify(execFile)(process.execPath, [`--input-type=${type}`, "-e", program], {
    cwd: projectRoot,
  });
  expect(stdout).toBe("function function\nfalse\n");
});
