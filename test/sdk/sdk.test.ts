import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import * as dynamicHost from "../../provider/hosts/dynamic/provider";
import { SIGNATURE_KEY } from "../../provider/hosts/wire";
import * as dench from "../../sdk";
import * as dynamic from "../../sdk/dynamic";
import { pluginDownloadURL, version } from "../../version";
import { projectRoot } from "../support/project";

interface Registered {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];
const called: { token: string; inputs: Record<string, unknown> }[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, inputs });
      return { id: `${name}-id`, state: { ...inputs, keyId: "key_1" } };
    },
    call: ({ token, inputs }) => {
      called.push({ token, inputs });
      return inputs;
    },
  });
});

const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

describe("GatewayKey", () => {
  it("registers its inputs, and has its outputs", async () => {
    const key = new dench.GatewayKey("ci", { name: "CI/CD", scopes: ["models:read"] });
    expect(await known(key.keyId)).toBe("key_1");
    expect(await known(key.name)).toBe("CI/CD");
    expect(registered.at(-1)).toEqual({
      type: "dench:index:GatewayKey",
      inputs: { name: "CI/CD", scopes: ["models:read"] },
    });
  });

  it("recognizes its own instances", () => {
    expect(dench.GatewayKey.isInstance(new dench.GatewayKey("ci"))).toBe(true);
    expect(dench.GatewayKey.isInstance(new dench.Provider("p"))).toBe(false);
    expect(dench.Provider.isInstance(new dench.Provider("p"))).toBe(true);
    expect(dench.GatewayKey.isInstance({})).toBe(false);
    expect(dench.GatewayKey.isInstance(undefined)).toBe(false);
  });

  it.each([
    ["GatewayKey", dench.GatewayKey, dynamic.GatewayKey],
    ["PrimarySandboxKey", dench.PrimarySandboxKey, dynamic.PrimarySandboxKey],
  ])("of one entry does not recognize instances of the other: %s", (_kind, ofPlugin, ofDynamic) => {
    const [ours, theirs] = [new ofPlugin("by the plugin"), new ofDynamic("by the dynamic provider")];
    expect([ofPlugin.isInstance(ours), ofPlugin.isInstance(theirs)]).toEqual([true, false]);
    expect([ofDynamic.isInstance(ours), ofDynamic.isInstance(theirs)]).toEqual([false, true]);
  });

  it.each([
    ["GatewayKey", dynamic.GatewayKey],
    ["PrimarySandboxKey", dynamic.PrimarySandboxKey],
  ])("of the dynamic entry refers to a provider that the host has: %s", async (name, ofDynamic) => {
    await known(new ofDynamic(name).urn);
    const source = String(registered.at(-1)?.inputs["__provider"]);
    const [, handler = ""] =
      /^exports\.handler=\(\)=>require\("pulumi-dench\/dynamic-host"\)\.(\w+)$/.exec(source) ?? [];
    expect(dynamicHost).toHaveProperty(handler);
  });

  it("can be read by its ID without managing it", async () => {
    const key = dench.GatewayKey.get("ci", "key_9");
    expect(await known(key.id)).toBe("key_9");
  });
});

describe("secrets", () => {
  /** Returns the secrets in a registration: the marked inputs, and the outputs that the engine must mark. */
  async function registeredSecrets(create: () => pulumi.Resource) {
    const engine = pulumi.runtime.getMonitor();
    if (!engine) throw new Error("there is no engine");
    const registration = vi.spyOn(engine, "registerResource");
    onTestFinished(() => registration.mockRestore());
    await known(create().urn);
    const request = registration.mock.calls.at(-1)?.[0];
    const inputs = Object.entries(request?.getObject()?.toJavaScript() ?? {});
    const marked = inputs.filter(([, value]) => typeof value === "object" && value !== null && SIGNATURE_KEY in value);
    return { inputs: marked.map(([name]) => name), outputs: request?.getAdditionalsecretoutputsList() };
  }

  it.each([
    ["pulumi-dench", dench],
    ["pulumi-dench/dynamic", dynamic],
  ])("are marked for the engine by the classes of %s", async (_entry, { GatewayKey, PrimarySandboxKey, Provider }) => {
    const token = expect.stringMatching(/^(dench:)?token$/);
    const provider = await registeredSecrets(
      () => new Provider("p", { token: "value", baseUrl: "https://example.com" }),
    );
    expect(provider).toEqual({ inputs: [token], outputs: [] });
    expect(await registeredSecrets(() => new Provider("without a token"))).toEqual({ inputs: [], outputs: [] });
    expect((await registeredSecrets(() => new GatewayKey("a"))).outputs).toEqual(["key", "previousKey"]);
    expect((await registeredSecrets(() => new PrimarySandboxKey("b"))).outputs).toEqual(["key"]);
  });
});

describe("functions", () => {
  it("call the function with their name and arguments", async () => {
    const usage = await known(dench.getKeyUsageOutput({ keyId: new dench.GatewayKey("ci").keyId }));
    expect(usage).toMatchObject({ keyId: "key_1" });
    expect(called.at(-1)).toEqual({ token: "dench:index:getKeyUsage", inputs: { keyId: "key_1" } });
    await dench.getGatewayKey({ name: "CI/CD" });
    expect(called.at(-1)).toEqual({ token: "dench:index:getGatewayKey", inputs: { name: "CI/CD" } });
    await dench.getGatewayKeys();
    expect(called.at(-1)).toEqual({ token: "dench:index:getGatewayKeys", inputs: {} });
    await known(dench.getWorkspaceOutput());
    expect(called.at(-1)).toEqual({ token: "dench:index:getWorkspace", inputs: {} });
  });

  it.each<[string, () => Promise<unknown>]>([
    ["getGatewayKey", () => dench.getGatewayKey({ name: "CI/CD" })],
    ["getGatewayKeyOutput", () => known(dench.getGatewayKeyOutput({ name: "CI/CD" }))],
    ["getGatewayKeys", () => dench.getGatewayKeys()],
    ["getGatewayKeysOutput", () => known(dench.getGatewayKeysOutput())],
    ["getKeyUsage", () => dench.getKeyUsage({ keyId: "key_1" })],
    ["getKeyUsageOutput", () => known(dench.getKeyUsageOutput({ keyId: "key_1" }))],
    ["getWorkspace", () => dench.getWorkspace()],
    ["getWorkspaceOutput", () => known(dench.getWorkspaceOutput())],
  ])("pass the version and the address of the plugin to the engine: %s", async (_name, call) => {
    const engine = pulumi.runtime.getMonitor();
    if (!engine) throw new Error("there is no engine");
    const invoked = vi.spyOn(engine, "invoke");
    onTestFinished(() => invoked.mockRestore());
    await call();
    const requests = invoked.mock.calls.map(([request]) => [request.getVersion(), request.getPlugindownloadurl()]);
    expect(requests).toEqual([[version, pluginDownloadURL]]);
  });

  it("of the dynamic entry reject a provider whose options they cannot read", () => {
    const provider = new dench.Provider("of the other entry");
    expect(() => dynamic.getWorkspaceOutput({ provider })).toThrow("it is not a Provider of pulumi-dench/dynamic");
  });
});

it.each(["pulumi-dench", "pulumi-dench/dynamic"])("the built %s loads nothing but Pulumi's SDK", async (entry) => {
  const program = `const dench = require("${entry}");
    console.log(JSON.stringify([typeof dench.GatewayKey, Object.keys(require.cache)]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd: projectRoot });
  const [kind, files] = JSON.parse(stdout);
  expect(kind).toBe("function");
  expect(files).toContain(join(projectRoot, `dist/sdk${entry.replace("pulumi-dench", "")}/index.js`));
  expect(files.filter((file: string) => /[/]node_modules[/](undici|zod)[/]|[/]dist[/]provider[/]/.test(file))).toEqual(
    [],
  );
});
