import { status } from "@grpc/grpc-js";
import { ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CallRequest,
  CheckRequest,
  CreateRequest,
  DiffRequest,
  DiffResponse,
  GetSchemaRequest,
  ProviderHandshakeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../../provider/hosts/plugin/struct";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../../../../provider/hosts/wire";
import { UNKNOWN } from "../../../../provider/values/unknown";
import { packageSchema } from "../../../../schema/package-schema";
import { version } from "../../../../version";
import { STATE_OF_KEY } from "../../../support/key";
import { configure, sendRequest, servedPlugin, TYPE, URN } from "../../../support/plugin";

describe("the plugin", () => {
  it("returns its version and its schema", async () => {
    const plugin = await servedPlugin();
    expect((await sendRequest(plugin, service.getPluginInfo, new Empty())).toObject()).toEqual({ version });
    const schema = await sendRequest(plugin, service.getSchema, new GetSchemaRequest());
    expect(JSON.parse(schema.getSchema())).toEqual(packageSchema());
  });

  it("reports in the handshake that it supports pulumi:autonaming", async () => {
    const plugin = await servedPlugin();
    const request = new ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1");
    const response = await sendRequest(plugin, service.handshake, request);
    expect(response.getSupportsAutonamingConfiguration()).toBe(true);
  });

  it("responds to an unsupported call with UNIMPLEMENTED", async () => {
    const plugin = await servedPlugin();
    await expect(sendRequest(plugin, service.call, new CallRequest())).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });

  it("responds with an error to an invalid request, and continues to work", async () => {
    const plugin = await servedPlugin();
    const check = (urn: string, type = "") =>
      sendRequest(plugin, service.check, new CheckRequest().setUrn(urn).setType(type).setNews(encode({})));
    await expect(check(URN, TYPE)).rejects.toThrow(/before it configured/);
    await configure(plugin);
    await expect(check("no urn")).rejects.toThrow(/has no resource/);
    await expect(check(URN, "dench:index:Nothing")).rejects.toThrow(/no resource dench:index:Nothing/);
    await expect(sendRequest(plugin, service.read, new ReadRequest().setUrn(URN))).rejects.toThrow(
      /\[dench:no_token\]/,
    );
    expect((await check(URN)).getFailuresList()).toEqual([]);
  });
});

describe("the configuration", () => {
  it("is returned with the token as a secret, even if the program does not mark it", async () => {
    const plugin = await servedPlugin();
    const news = encode({ token: "in-clear", baseUrl: "https://example.com", version: "0.1.0" });
    const response = await sendRequest(plugin, service.checkConfig, new CheckRequest().setNews(news));
    expect(response.getFailuresList()).toEqual([]);
    expect(response.getInputs()?.toJavaScript()).toEqual({
      token: { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "in-clear" },
      baseUrl: "https://example.com",
      version: "0.1.0",
    });
  });

  it("is rejected with the path of each problem, except for unknown values", async () => {
    const plugin = await servedPlugin();
    const news = encode({ token: UNKNOWN, baseUrl: "http://example.com", maxRetries: "many", tokn: "hidden-word" });
    const response = await sendRequest(plugin, service.checkConfig, new CheckRequest().setNews(news));
    // With a property, the engine would show its value, which may be a token with a misspelled name.
    const failures = response.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()]);
    expect(failures.toSorted()).toEqual([
      ["", expect.stringMatching(/^baseUrl: /)],
      ["", "maxRetries: must be an integer from 0 to 20"],
      ["", 'there is no option "tokn"; did you mean "token"?'],
    ]);
  });

  it("never replaces the provider if it changes", async () => {
    const plugin = await servedPlugin();
    const diff = (before: object, after: object) => {
      const request = new DiffRequest().setOldInputs(encode({ ...before })).setNews(encode({ ...after }));
      return sendRequest(plugin, service.diffConfig, request);
    };
    const changed = await diff({ token: "a" }, { token: "b", baseUrl: "https://other.example" });
    expect([changed.getChanges(), changed.getReplacesList()]).toEqual([DiffResponse.DiffChanges.DIFF_SOME, []]);
    expect((await diff({ token: "a" }, { token: "a" })).getChanges()).toBe(DiffResponse.DiffChanges.DIFF_NONE);
  });

  it("fails with the name of the environment variable if that is invalid", async () => {
    const plugin = await servedPlugin({ DENCH_TIMEOUT_SECONDS: "soon" });
    await expect(configure(plugin)).rejects.toThrow(/DENCH_TIMEOUT_SECONDS.*\[dench:invalid_config\]/);
  });
});

describe("a preview", () => {
  it("of a creation returns only the inputs, even if the server is unreachable", async () => {
    const plugin = await servedPlugin({ DENCH_BASE_URL: "http://127.0.0.1:1", DENCH_API_KEY: "token" });
    await configure(plugin);
    const properties = encode({ name: "CI", scopes: UNKNOWN });
    const request = new CreateRequest().setUrn(URN).setType(TYPE).setPreview(true).setProperties(properties);
    const response = await sendRequest(plugin, service.create, request);
    expect(response.getId()).toBe("");
    expect(decode(response.getProperties())).toMatchObject({
      name: "CI",
      scopes: UNKNOWN,
      key: UNKNOWN,
      keyId: UNKNOWN,
    });
  });

  it("of an update returns the key value as a secret", async () => {
    const plugin = await servedPlugin({ DENCH_DRIFT_CHECK: "off" });
    await configure(plugin);
    const state = { ...STATE_OF_KEY, key: "value" };
    const request = new UpdateRequest().setUrn(URN).setType(TYPE).setPreview(true);
    request.setOlds(encode(state)).setNews(encode({ name: "CI" }));
    const response = await sendRequest(plugin, service.update, request);
    expect(response.getProperties()?.toJavaScript()).toMatchObject({
      key: { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "value" },
    });
  });
});

it("a difference is returned in the engine's form", async () => {
  const plugin = await servedPlugin({ DENCH_DRIFT_CHECK: "off" });
  await configure(plugin);
  const request = new DiffRequest().setUrn(URN).setType(TYPE).setId("key_1");
  request.setOlds(encode({ ...STATE_OF_KEY, key: "value" }));
  const diff = async (news: object) =>
    (await sendRequest(plugin, service.diff, request.setNews(encode({ ...news })))).toObject();
  expect(await diff({ name: "CI" })).toMatchObject({
    changes: DiffResponse.DiffChanges.DIFF_NONE,
    hasdetaileddiff: true,
    detaileddiffMap: [],
  });
  expect(await diff({ name: "CD", scopes: ["a"] })).toMatchObject({
    changes: DiffResponse.DiffChanges.DIFF_SOME,
    diffsList: ["name", "scopes"],
    replacesList: ["name", "scopes"],
    detaileddiffMap: [
      ["name", { kind: 5 }],
      ["scopes", { kind: 1 }],
    ],
  });
  const rotation = (value: string) => ({ triggers: { team: value, "the other": value } });
  request.setOlds(encode({ ...STATE_OF_KEY, key: "value", rotation: rotation("1") }));
  expect(await diff({ name: "CI", rotation: rotation("2") })).toMatchObject({
    // The engine expects top-level properties here. Only the details have paths.
    diffsList: ["rotation"],
    replacesList: ["rotation"],
    detaileddiffMap: [
      ["rotation.triggers.team", { kind: 5 }],
      ['rotation.triggers["the other"]', { kind: 5 }],
    ],
  });
});
