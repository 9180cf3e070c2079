import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Naming } from "../../../../provider/autoname";
import { gatewayKey } from "../../../../provider/resources/gateway-key";
import type { Context, Fields } from "../../../../provider/session/context";
import { UNKNOWN } from "../../../../provider/values/unknown";
import { testContext } from "../../../support/context";
import { testGateway } from "../../../support/gateway";
import { STATE_OF_KEY } from "../../../support/key";

const naming: Naming = { mode: "default", logicalName: "ci", seed: new Uint8Array([1]) };

function contextOf(env: Readonly<Record<string, string>> = {}): Context {
  return testContext({ env, driftCheck: "off" });
}

const STATE: Fields = { ...STATE_OF_KEY, scopes: ["a", "b"], key: "value" };

const problems = (news: Fields) => gatewayKey.check(contextOf(), { news, olds: {}, state: undefined, naming }).problems;

describe("check", () => {
  it.each<[string, Fields, string[]]>([
    ["an empty name", { name: "" }, ["name"]],
    ["a name of 201 characters", { name: "x".repeat(201) }, ["name"]],
    ["a name that is a list", { name: ["CI"] }, ["name"]],
    ["an empty list of scopes", { scopes: [] }, ["scopes"]],
    ["scopes that are not strings, or empty", { scopes: ["a", 1, ""] }, ["scopes[1]", "scopes[2]"]],
    ["scopes that are not a list", { scopes: "a" }, ["scopes"]],
    ["a property that does not exist", { scope: ["a"] }, ["scope"]],
    ["several errors in one check", { name: "", scopes: [], nam: "x" }, ["name", "scopes", "nam"]],
  ])("rejects %s, with the path", (_what, news, paths) => {
    expect(
      problems(news)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(paths.toSorted());
  });

  it("accepts unknown values", () => {
    expect(problems({ name: UNKNOWN, scopes: UNKNOWN })).toEqual([]);
    expect(problems({ scopes: ["a", UNKNOWN] })).toEqual([]);
    expect(problems({ name: UNKNOWN, scopes: [] }).map(({ path }) => path)).toEqual(["scopes"]);
  });

  it("generates a name if the program sets none, and keeps the name in the state", () => {
    const check = (context: Context, state?: Fields) =>
      gatewayKey.check(context, { news: {}, olds: {}, state, naming }).inputs["name"];
    expect(check(contextOf())).toMatch(/^ci-[0-9a-f]{7}$/);
    expect(check(contextOf(), STATE)).toBe("CI");
    const run = contextOf();
    check(run, STATE);
    expect(check(run), "a replacement, which has no state").toBe("CI");
  });

  it("requires a name if automatic naming is disabled", () => {
    const checked = gatewayKey.check(contextOf(), {
      news: {},
      olds: {},
      state: undefined,
      naming: { mode: "disabled" },
    });
    expect(checked.problems.map(({ path }) => path)).toEqual(["name"]);
  });
});

describe("diff", () => {
  const diff = (inputs: Fields, state: Fields = STATE) => gatewayKey.diff(contextOf(), { state, inputs });

  it.each<[string, Fields]>([
    ["the same inputs", { name: "CI", scopes: ["a", "b"] }],
    ["scopes in another order", { name: "CI", scopes: ["b", "a"] }],
    ["duplicate scopes", { name: "CI", scopes: ["a", "b", "a"] }],
  ])("is empty for %s", async (_what, inputs) => {
    expect(await diff(inputs)).toEqual([]);
  });

  it.each<[string, Fields, string, string]>([
    ["another name", { name: "CD", scopes: ["a", "b"] }, "name", "update"],
    ["an unknown name", { name: UNKNOWN, scopes: ["a", "b"] }, "name", "update"],
    ["other scopes", { name: "CI", scopes: ["a"] }, "scopes", "update"],
    ["unknown scopes", { name: "CI", scopes: UNKNOWN }, "scopes", "update"],
    ["an unknown scope", { name: "CI", scopes: ["a", UNKNOWN] }, "scopes", "update"],
    ["removed scopes", { name: "CI" }, "scopes", "delete"],
  ])("replaces the key for %s", async (_what, inputs, path, kind) => {
    expect(await diff(inputs)).toEqual([{ path, kind, replace: true }]);
  });

  it("replaces the key for added scopes", async () => {
    const { scopes: _none, ...state } = STATE;
    expect(await diff({ name: "CI", scopes: ["a"] }, state)).toEqual([{ path: "scopes", kind: "add", replace: true }]);
    expect(await diff({ name: "CI" }, state)).toEqual([]);
  });

  it("replaces a key that a refresh found revoked", async () => {
    const state = { ...STATE, status: "revoked" };
    expect(await diff({ name: "CI", scopes: ["b", "a"] }, state)).toEqual([
      { path: "status", kind: "update", replace: true },
    ]);
  });
});

describe("read", () => {
  async function madeKey() {
    const gateway = await testGateway();
    const { id, state } = await gatewayKey.create(contextOf(gateway.env), { inputs: { name: "CI" } });
    return { gateway, context: contextOf(gateway.env), id, state };
  }

  it("keeps the value, which the server does not return again", async () => {
    const { context, id, state } = await madeKey();
    expect(await gatewayKey.read(context, { id, inputs: { name: "CI" }, state })).toEqual({
      inputs: { name: "CI" },
      state,
    });
  });

  it("keeps a key that was revoked elsewhere, with the status revoked", async () => {
    const { gateway, context, id, state } = await madeKey();
    await gateway.revoke(id);
    const found = await gatewayKey.read(context, { id, inputs: { name: "CI" }, state });
    expect(found?.state).toEqual({ ...state, status: "revoked" });
  });

  it("does not store scopes that the server chose as inputs of the program", async () => {
    const { context, id, state } = await madeKey();
    expect((await gatewayKey.read(context, { id, inputs: { name: "CI" }, state }))?.state["scopes"]).toBeNull();
  });

  it("reports a key as missing only if its own workspace does not have it", async () => {
    const { context, id, state } = await madeKey();
    const gone = { ...state, keyId: "key_gone" };
    expect(await gatewayKey.read(context, { id, inputs: {}, state: gone })).toBeUndefined();
    const elsewhere = contextOf((await testGateway()).env);
    await expect(gatewayKey.read(elsewhere, { id, inputs: {}, state })).rejects.toMatchObject({
      code: "wrong_workspace",
    });
  });

  it("imports a key by its ID, without its value", async () => {
    const { context, id } = await madeKey();
    const found = await gatewayKey.read(context, { id, inputs: {} });
    expect(found?.inputs).toEqual({ name: "CI", scopes: ["models:read", "chat:completions"] });
    expect(found?.state).toMatchObject({ keyId: id, status: "active" });
    expect(found?.state["key"]).toBeNull();
  });

  it.each<[string, (key: { value: string; prefix: string; last4: string }) => string, boolean]>([
    ["the value", ({ value }) => value, true],
    ["the value with white space around it", ({ value }) => `\t${value}\r\n`, true],
    ["only white space", () => " \n", false],
    ["the masked value", ({ prefix, last4 }) => `${prefix}•••••••${last4}`, false],
    ["the visible parts of the masked value", ({ prefix, last4 }) => prefix + last4, false],
    ["the value in two lines", ({ value, last4 }) => `${value}\n${last4}`, false],
    ["another key's value", ({ value }) => `${value}x`, false],
  ])(
    "imports a key if DENCH_IMPORT_KEY is %s, and shows a warning if its value is missing",
    async (_what, text, has) => {
      const { gateway, id, state } = await madeKey();
      const {
        key: value,
        prefix,
        last4,
      } = z.object({ key: z.string(), prefix: z.string(), last4: z.string() }).parse(state);
      const lines: string[] = [];
      const env = { ...gateway.env, DENCH_IMPORT_KEY: text({ value, prefix, last4 }) };
      const context = testContext({ env, log: (_severity, line) => lines.push(line) });
      const found = await gatewayKey.read(context, { id, inputs: {} });
      expect(found?.state["key"]).toBe(has ? value : null);
      expect(lines).toEqual(has ? [] : [expect.stringContaining(`The value of the key ${id} is not available`)]);
    },
  );

  it("does not import a revoked key, the primary key, or a key that does not exist", async () => {
    const { gateway, context, id } = await madeKey();
    await gateway.revoke(id);
    const { id: primary } = await gateway.call("GET", "/api-keys/primary");
    for (const [other, code] of [
      [id, "not_importable"],
      [primary, "not_importable"],
      ["no such/key", "not_found"],
    ]) {
      await expect(gatewayKey.read(context, { id: other, inputs: {} })).rejects.toMatchObject({ code });
    }
  });
});

describe("preview", () => {
  const overlapping: Fields = {
    ...STATE,
    rotation: { overlap: "24h" },
    previousKey: "old",
    previousKeyId: "key_0",
    previousKeyRevokeAt: "2026-01-02T00:00:00Z",
  };
  const preview = (inputs: Fields) => gatewayKey.preview(contextOf(), { state: overlapping, inputs });

  it("shows an unknown end of the overlap if its new length is unknown", async () => {
    const inputs = { name: "CD", scopes: ["a", "b"], rotation: { overlap: UNKNOWN } };
    expect(await preview(inputs)).toMatchObject({
      key: UNKNOWN,
      previousKey: STATE["key"],
      previousKeyId: STATE["keyId"],
      previousKeyRevokeAt: UNKNOWN,
    });
  });

  it("shows the new end of a current overlap that is moved", async () => {
    const inputs = { name: "CI", scopes: ["a", "b"], rotation: { overlap: "3650d" } };
    expect(await preview(inputs)).toMatchObject({ key: STATE["key"], previousKeyRevokeAt: "2035-12-30T00:00:00Z" });
  });
});

describe("update", () => {
  it("does not create a key with the token of another workspace, even if the plan did not check it", async () => {
    const [ours, other] = [await testGateway(), await testGateway()];
    const { id, state } = await gatewayKey.create(contextOf(ours.env), { inputs: { name: "CI" } });
    const inputs = { name: "CD", rotation: { overlap: "1h" } };
    for (const status of ["active", "missing"]) {
      const update = gatewayKey.update(contextOf(other.env), { id, state: { ...state, status }, inputs });
      await expect(update).rejects.toMatchObject({ code: "wrong_workspace" });
    }
    expect(await other.keys()).toEqual([]);
    expect(await ours.activeKeys()).toHaveLength(1);
  });

  it("rotates in place and revokes the old key if the engine ignored the replacement that diff requires", async () => {
    const gateway = await testGateway();
    const { id, state } = await gatewayKey.create(contextOf(gateway.env), { inputs: { name: "CI" } });
    const next = await gatewayKey.update(contextOf(gateway.env), { id, state, inputs: { name: "CD" } });
    expect((await gateway.activeKeys()).map((key) => [key.id, key.name])).toEqual([[next["keyId"], "CD"]]);
    expect(next["previousKeyId"]).toBeNull();
  });
});

describe("delete", () => {
  it("revokes a key in revokePending even if it is in use", async () => {
    const gateway = await testGateway();
    const { state } = await gatewayKey.create(contextOf(gateway.env), { inputs: { name: "CI" } });
    const leaked = await gateway.call("POST", "/api-keys", { name: "leaked" });
    await gateway.dataPlane(leaked.key);
    const kept = { keepIfUsedWithin: "1h", rotation: { overlap: "1h" }, revokePending: [leaked.id] };
    await gatewayKey.delete(contextOf(gateway.env), { state: { ...state, ...kept } });
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("succeeds for a key that is already revoked or missing, but fails with the token of another workspace", async () => {
    const gateway = await testGateway();
    const context = contextOf(gateway.env);
    const { state } = await gatewayKey.create(context, { inputs: { name: "CI" } });
    await gatewayKey.delete(context, { state });
    await gatewayKey.delete(context, { state });
    await gatewayKey.delete(context, { state: { ...state, keyId: "key_gone" } });
    expect(await gateway.activeKeys()).toEqual([]);
    const elsewhere = contextOf((await testGateway()).env);
    await expect(gatewayKey.delete(elsewhere, { state })).rejects.toMatchObject({ code: "wrong_workspace" });
  });
});

it("a state with a property of a newer version is rejected before anything is changed, by its name alone", async () => {
  const gateway = await testGateway();
  const context = contextOf(gateway.env);
  const { id, state } = await gatewayKey.create(context, { inputs: { name: "CI" } });
  const newer = { ...state, nextKeyId: "key_next", nextKey: "hush" };
  const inputs = { name: "CD" };
  for (const operation of [
    () => gatewayKey.diff(context, { state: newer, inputs }),
    () => gatewayKey.preview(context, { state: newer, inputs }),
    () => gatewayKey.read(context, { id, state: newer, inputs }),
    () => gatewayKey.update(context, { id, state: newer, inputs }),
    () => gatewayKey.delete(context, { state: newer }),
  ]) {
    await expect(operation()).rejects.toMatchObject({
      code: "outdated_provider",
      message: expect.stringMatching(
        /a newer version of pulumi-dench wrote it, with nextKeyId and nextKey\. Nothing was/,
      ),
    });
  }
  expect(await gateway.activeKeys()).toHaveLength(1);
  const absent = { ...state, nextKeyId: null };
  expect(await gatewayKey.diff(context, { state: absent, inputs: { name: "CI" } })).toEqual([]);
});

it("a state with properties of Pulumi's own, such as the one of a dynamic provider, causes no difference", async () => {
  const context = contextOf((await testGateway()).env);
  const inputs = { name: "CI" };
  const { state } = await gatewayKey.create(context, { inputs });
  const recorded = { ...state, __provider: "exports.handler=…", __defaults: [] };
  expect(await gatewayKey.diff(context, { state: recorded, inputs })).toEqual([]);
  await gatewayKey.delete(context, { state: recorded });
});

it("a state without one of its outputs causes no difference, or is rejected if each version writes the output", async () => {
  const gateway = await testGateway();
  const context = contextOf(gateway.env);
  const inputs = { name: "CI" };
  const { state } = await gatewayKey.create(context, { inputs });
  const rejected: string[] = [];
  for (const name of Object.keys(state).filter((each) => !(each in gatewayKey.inputs.shape))) {
    const { [name]: _absent, ...rest } = state;
    await gatewayKey.diff(context, { state: rest, inputs }).then(
      (differences) => expect(differences, name).toEqual([]),
      (error: unknown) => {
        expect(error).toMatchObject({ message: expect.stringContaining(name) });
        rejected.push(name);
      },
    );
  }
  expect(rejected).toEqual(["keyId", "workspaceId", "prefix", "last4", "status", "createdAt"]);
});

it("a state that this version does not support is rejected before anything is changed", async () => {
  await expect(gatewayKey.delete(contextOf(), { state: { name: "CI" } })).rejects.toThrow(/does not support its form/);
});
