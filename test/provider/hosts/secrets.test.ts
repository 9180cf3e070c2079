import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  ErrorResourceInitFailed,
  ProviderHandshakeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { expect, it, onTestFinished, vi } from "vitest";
import { wireOf } from "../../../provider/hosts/plugin/struct";
import { decodeObject, SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_VALUE } from "../../../provider/hosts/wire";
import { resources } from "../../../provider/resources/registry";
import type { Context } from "../../../provider/session/context";
import { testGateway } from "../../support/gateway";
import { configure, sendRequest, servedPlugin, TYPE, URN } from "../../support/plugin";

const secret = (value: string | string[]) => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value });
const wire = (fields: object) => Struct.fromJavaScript({ ...fields });

/** Inputs with secrets in every form: a string, a part of a list, a part of an object, and an unknown value. */
const INPUTS = {
  name: secret("CI"),
  scopes: [secret("models:read"), "chat:completions"],
  rotation: { triggers: { team: secret("1"), plain: "2" }, overlap: "24h" },
  compromised: secret(UNKNOWN_VALUE),
};
/** The inputs as responses mark them: a list is secret as one value. */
const MARKED = { ...INPUTS, scopes: secret(["models:read", "chat:completions"]) };
const KNOWN = { ...INPUTS, compromised: secret("INC-1") };
const KNOWN_MARKED = { ...MARKED, compromised: secret("INC-1") };

async function configuredPlugin(env: Readonly<Record<string, string>> = {}) {
  const gateway = await testGateway();
  const plugin = await servedPlugin({ ...gateway.env, ...env });
  await configure(plugin);
  return { gateway, plugin };
}

async function made({ plugin }: Awaited<ReturnType<typeof configuredPlugin>>) {
  const request = new CreateRequest().setUrn(URN).setType(TYPE).setProperties(wire(KNOWN));
  return sendRequest(plugin, service.create, request);
}

it("the plugin accepts secrets, in the handshake and, for older engines, in its configuration", async () => {
  const plugin = await servedPlugin();
  const handshake = await sendRequest(
    plugin,
    service.handshake,
    new ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1"),
  );
  expect([handshake.getAcceptSecrets(), (await configure(plugin)).getAcceptsecrets()]).toEqual([true, true]);
});

it("checked inputs are secret where the program's inputs are", async () => {
  const { plugin } = await configuredPlugin();
  const check = async (olds: object, news: object) => {
    const request = new CheckRequest().setUrn(URN).setType(TYPE).setOlds(wire(olds)).setNews(wire(news));
    return wireOf((await sendRequest(plugin, service.check, request)).getInputs());
  };
  expect(await check({}, INPUTS)).toEqual(MARKED);
  expect(await check(INPUTS, { name: "CI" })).toEqual({ name: "CI" });
});

it("outputs of a creation are secret where the inputs are, in a preview and in an update", async () => {
  const scene = await configuredPlugin();
  const plan = new CreateRequest().setUrn(URN).setType(TYPE).setPreview(true).setProperties(wire(INPUTS));
  expect(wireOf((await sendRequest(scene.plugin, service.create, plan)).getProperties())).toMatchObject(MARKED);
  const state = wireOf((await made(scene)).getProperties());
  expect(state).toMatchObject({ ...KNOWN_MARKED, key: secret(String(decodeObject(state)["key"])), status: "active" });
});

it("outputs of an update are secret where the new inputs are, in a preview and in an update", async () => {
  const scene = await configuredPlugin();
  const state = decodeObject(wireOf((await made(scene)).getProperties()));
  const request = new UpdateRequest().setUrn(URN).setType(TYPE).setId(String(state["keyId"])).setOlds(wire(state));
  const update = async (news: object, isPreview: boolean) => {
    const response = await sendRequest(scene.plugin, service.update, request.setNews(wire(news)).setPreview(isPreview));
    return wireOf(response.getProperties());
  };
  expect(await update(INPUTS, true)).toMatchObject(MARKED);
  expect(await update(KNOWN, false)).toMatchObject({ ...KNOWN_MARKED, key: secret(String(state["key"])) });
});

it("outputs of a read are secret where the state is, and inputs where the given inputs are", async () => {
  const scene = await configuredPlugin();
  const state = decodeObject(wireOf((await made(scene)).getProperties()));
  const request = new ReadRequest().setUrn(URN).setType(TYPE).setId(String(state["keyId"]));
  request.setProperties(wire({ ...state, ...KNOWN, compromised: "INC-1" })).setInputs(wire({ ...KNOWN, name: "CI" }));
  const response = await sendRequest(scene.plugin, service.read, request);
  expect(wireOf(response.getProperties())).toMatchObject({ ...KNOWN_MARKED, compromised: "INC-1" });
  expect(wireOf(response.getInputs())).toEqual({ ...KNOWN_MARKED, name: "CI" });
});

it("an import and a refresh mark absent secrets, which the engine would mark in a map that it may be saving", async () => {
  const scene = await configuredPlugin();
  const state = decodeObject(wireOf((await made(scene)).getProperties()));
  const read = async (properties: object) => {
    const request = new ReadRequest().setUrn(URN).setType(TYPE).setId(String(state["keyId"]));
    return wireOf(
      (await sendRequest(scene.plugin, service.read, request.setProperties(wire(properties)))).getProperties(),
    );
  };
  const absent = { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: null };
  const imported = await read({});
  expect(imported).toMatchObject({ key: absent, previousKey: absent });
  expect(await read(imported)).toMatchObject({ key: absent, previousKey: absent });
});

it("the state in the error for a key that is not ready is secret where the inputs are", async () => {
  const { plugin } = await configuredPlugin({ DENCH_GATEWAY_URL: "http://127.0.0.1:1" });
  const request = new CreateRequest().setUrn(URN).setType(TYPE).setTimeout(0.1);
  const create = sendRequest(plugin, service.create, request.setProperties(wire({ ...KNOWN, waitUntilReady: true })));
  const error: ServiceError = await create.then(
    () => expect.fail(),
    (reason) => reason,
  );
  const [packed = expect.fail()] = (error.metadata ?? new Metadata()).get("grpc-status-details-bin");
  const [detail = expect.fail()] = Status.deserializeBinary(Buffer.from(packed)).getDetailsList();
  const failed = detail.unpack(ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
  const state = wireOf(failed?.getProperties());
  expect(state).toMatchObject({ ...KNOWN_MARKED, key: secret(String(decodeObject(state)["key"])) });
});

it("a resource knows in every call which of its inputs are secret", async () => {
  const { plugin } = await configuredPlugin();
  const resource = resources.get(TYPE) ?? expect.fail();
  const told: [string, boolean[]][] = [];
  for (const call of ["check", "diff", "preview", "create", "read", "update", "delete"] as const) {
    const spy = vi.spyOn(resource, call).mockImplementation(({ isSecretInput }: Context) => {
      told.push([call, ["rotation", "scopes", "name", "compromised"].map(isSecretInput)]);
      throw new Error("seen");
    });
    onTestFinished(() => spy.mockRestore());
  }
  const inputs = wire({ name: "CI", rotation: INPUTS.rotation, scopes: INPUTS.scopes });
  const other = wire({ name: secret("CI"), compromised: secret("INC-1") });
  const create = () => new CreateRequest().setUrn(URN).setType(TYPE).setProperties(inputs);
  const update = () => new UpdateRequest().setUrn(URN).setType(TYPE).setOlds(other).setNews(inputs);
  await Promise.allSettled([
    sendRequest(plugin, service.check, new CheckRequest().setUrn(URN).setType(TYPE).setOlds(other).setNews(inputs)),
    sendRequest(plugin, service.diff, new DiffRequest().setUrn(URN).setType(TYPE).setOlds(other).setNews(inputs)),
    sendRequest(plugin, service.create, create()),
    sendRequest(plugin, service.create, create().setPreview(true)),
    sendRequest(plugin, service.update, update()),
    sendRequest(plugin, service.update, update().setPreview(true)),
    sendRequest(
      plugin,
      service.read,
      new ReadRequest().setUrn(URN).setType(TYPE).setProperties(other).setInputs(inputs),
    ),
    sendRequest(
      plugin,
      service.delete,
      new DeleteRequest().setUrn(URN).setType(TYPE).setProperties(other).setOldInputs(inputs),
    ),
  ]);
  expect(told.map(([call]) => call).toSorted()).toEqual([
    "check",
    "create",
    "delete",
    "diff",
    "preview",
    "preview",
    "read",
    "update",
  ]);
  for (const [call, areSecret] of told) expect(areSecret, call).toEqual([true, true, false, false]);
});
