import { ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckRequest, ConfigureRequest, CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { describe, expect, it } from "vitest";
import { requireVersion, unguardedWarning } from "../../../../provider/hosts/plugin/provider-arguments";
import { decode, encode } from "../../../../provider/hosts/plugin/struct";
import type { Fields } from "../../../../provider/session/context";
import { testGateway } from "../../../support/gateway";
import { sendRequest, servedPlugin, TYPE, URN } from "../../../support/plugin";

describe("a check of a provider's arguments", () => {
  const OF_THE_STACK = { token: "a", maxRetries: "2" };

  it.each<[string, string, Fields, Fields]>([
    ["omits the current stack config for the engine's default provider", "default_0_1_0", OF_THE_STACK, {}],
    ["keeps any other argument of a provider called default", "default", { token: "b" }, { token: "b" }],
    ["keeps a part of the stack config", "default_1_2_3", { maxRetries: "2" }, { maxRetries: "2" }],
    ["keeps the stack config for a provider with another name", "default-eu", OF_THE_STACK, OF_THE_STACK],
  ])("%s", async (_what, name, given, kept) => {
    const plugin = await servedPlugin({ PULUMI_CONFIG: JSON.stringify(OF_THE_STACK) });
    const request = new CheckRequest().setUrn(`urn:pulumi:dev::shop::pulumi:providers:dench::${name}`);
    const news = encode({ ...given, version: "0.1.0" });
    const response = await sendRequest(plugin, service.checkConfig, request.setNews(news));
    expect(decode(response.getInputs())).toEqual({ ...kept, version: "0.1.0" });
  });

  it("keeps all arguments in an attached plugin, which has no stack config", async () => {
    const plugin = await servedPlugin();
    const request = new CheckRequest().setUrn("urn:pulumi:dev::shop::pulumi:providers:dench::default_0_1_0");
    const response = await sendRequest(plugin, service.checkConfig, request.setNews(encode(OF_THE_STACK)));
    expect(decode(response.getInputs())).toEqual(OF_THE_STACK);
  });
});

describe("a call uses the options", () => {
  /** Returns the source whose gateway a key is created in, if arguments, stack config and environment name different ones. */
  async function placeUsed(name: string, places: readonly ("arguments" | "config")[]) {
    const [ofArguments, ofConfig, ofEnv] = [await testGateway(), await testGateway(), await testGateway()];
    const optionsOf = ({ gateway }: typeof ofEnv) => ({ token: gateway.adminToken, baseUrl: gateway.baseUrl });
    const config = places.includes("config") ? { PULUMI_CONFIG: JSON.stringify(optionsOf(ofConfig)) } : {};
    const plugin = await servedPlugin({ ...ofEnv.env, ...config });
    const args = places.includes("arguments") ? encode(optionsOf(ofArguments), ["token"]) : encode({});
    const request = new ConfigureRequest().setArgs(args);
    await sendRequest(plugin, service.configure, name === "" ? request : request.setName(name));
    const create = new CreateRequest().setUrn(URN).setType(TYPE);
    await sendRequest(plugin, service.create, create.setProperties(encode({ name: "CI" })));
    const used = { arguments: ofArguments, config: ofConfig, env: ofEnv };
    const keys = await Promise.all(
      Object.entries(used).map(async ([place, gateway]) => ((await gateway.keys()).length > 0 ? [place] : [])),
    );
    return keys.flat();
  }

  it.each(["second", "default-eu", "default", "default_1_2_3", ""])(
    'from the arguments of a provider called "%s", regardless of other sources',
    async (name) => {
      expect(await placeUsed(name, ["arguments", "config"])).toEqual(["arguments"]);
    },
  );

  it.each(["default", "default_0_1_0", "default_https_//example.com", ""])(
    'from the current stack config, for a provider called "%s" without arguments',
    async (name) => {
      expect(await placeUsed(name, ["config"])).toEqual(["config"]);
      expect(await placeUsed(name, [])).toEqual(["env"]);
    },
  );

  it.each(["second", "default-eu"])(
    'from the environment, for a provider called "%s" without arguments',
    async (name) => {
      expect(await placeUsed(name, ["config"])).toEqual(["env"]);
    },
  );
});

it.each<[boolean, string, string, Fields, object]>([
  [true, "an explicit provider", "shop", { token: "a" }, {}],
  [true, "an explicit provider without arguments", "shop", { version: "0.1.0" }, {}],
  [true, "an explicit provider that is called default", "default", { token: "a" }, {}],
  [false, "an explicit provider with a workspace", "shop", { workspace: "shop" }, {}],
  [false, "an explicit provider, with a workspace in the environment", "shop", {}, { DENCH_WORKSPACE: "shop" }],
  [false, "an explicit provider, without a workspace in the stack config", "shop", {}, { PULUMI_CONFIG: "{}" }],
  [false, "the engine's default provider", "default_0_1_0", { version: "0.1.0" }, {}],
])("warns (%s) about a workspace in the stack config: %s", (isWarned, _what, name, args, env) => {
  const config = { PULUMI_CONFIG: JSON.stringify({ workspace: "production" }) };
  expect(unguardedWarning({ name, args }, { ...config, ...env }) !== undefined).toBe(isWarned);
});

it.each([
  ["0.1.0", "0.1.0"],
  ["0.9.0", "0.10.0"],
  ["0.1.0-beta.1", "0.1.0"],
  ["0.1.0", "0.1.0-beta.1"],
])("a program with the SDK %s can use the plugin %s", (sdk, plugin) => {
  expect(() => requireVersion({ version: sdk }, plugin)).not.toThrow();
});

it.each([
  ["0.1.1", "0.1.0"],
  ["0.10.0", "0.9.0"],
  ["1.0.0-beta.1", "0.9.0"],
])("a program with the SDK %s cannot use the older plugin %s", (sdk, plugin) => {
  const versions = `the program's SDK has version ${sdk}, but the plugin has ${plugin}. Run`;
  expect(() => requireVersion({ version: sdk }, plugin)).toThrow(versions);
});

it("a program without a version, as in YAML, can use every plugin", () => {
  expect(() => requireVersion({}, "0.1.0")).not.toThrow();
});
