import { describe, expect, it } from "vitest";
import * as z from "zod";
import { parseExportedState } from "../../../../provider/inventory/exported-state";
import { findLeaks } from "../../../../provider/inventory/leak/leaks";
import { openWorkspace } from "../../../../provider/inventory/workspace";
import { readWorkspace } from "../../../../provider/inventory/workspace-content";
import { exportedState } from "../../../support/exported";
import { type TestGateway, testGateway } from "../../../support/gateway";
import { scriptedServer } from "../../../support/scripted-server";

const Created = z.object({ id: z.string(), key: z.string(), last4: z.string() });

async function created(gateway: TestGateway) {
  return Created.parse(await gateway.call("POST", "/api-keys", { name: "by hand" }));
}

interface Setup {
  readonly env?: Readonly<Record<string, string>>;
  readonly states?: readonly string[];
  /** The gateway whose management API is queried with the value. Defaults to that of the workspace. */
  readonly management?: TestGateway;
  /** Called after the keys are listed. */
  readonly whenListed?: () => Promise<void>;
}

/** Finds the leaks in a text, and returns them with the resources that have the keys. */
async function leaksIn(text: string, gateway: TestGateway, setup: Setup = {}) {
  const { env, states = [], management = gateway, whenListed } = setup;
  const opened = (env: Readonly<Record<string, string>>) =>
    openWorkspace({ env, warn: (message) => expect.unreachable(message), signal: new AbortController().signal });
  const workspace = opened({ ...gateway.env, DENCH_GATEWAY_URL: gateway.gateway.gatewayUrl, ...env });
  const { identify } = opened(management.env);
  const content = await readWorkspace(workspace.client, () => {});
  await whenListed?.();
  const stacks = states.map((state) => parseExportedState("dev.json", state));
  const { leaks } = await findLeaks({ text, content, stacks }, { ...workspace, identify });
  return leaks.map(({ keys, evidence, isValid, owner }) => ({
    isValid,
    gateway: evidence.gateway,
    owner,
    keys: keys.map(({ key, sureness, reason, advice, holders }) => ({
      id: key.id,
      sureness,
      reason,
      next: advice.kind,
      roles: holders.map(({ role }) => role),
    })),
  }));
}

describe("the key of a value is", () => {
  it("certain if the management API accepts the value as a token, whatever its visible characters are", async () => {
    const gateway = await testGateway({ keysManage: true });
    const { id, key } = await created(gateway);
    const found = await leaksIn(key, gateway);
    expect(found).toMatchObject([{ isValid: true, gateway: "accepted", keys: [{ id, sureness: "certain" }] }]);
  });

  it("likely if only the gateway accepts the value", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    const found = await leaksIn(key, gateway);
    expect(found).toMatchObject([{ isValid: true, gateway: "accepted", keys: [{ id, sureness: "likely" }] }]);
  });

  it("possible if the value was not tried, since the address of the gateway is not known", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    const found = await leaksIn(key, gateway, { env: { DENCH_GATEWAY_URL: "" } });
    expect(found).toMatchObject([{ isValid: true, gateway: undefined, keys: [{ id, sureness: "possible" }] }]);
    expect(found[0]?.keys[0]?.reason).toContain("DENCH_GATEWAY_URL is not set");
  });

  it("possible if the value is masked, which is sent nowhere", async () => {
    const gateway = await testGateway();
    const { id, last4 } = await created(gateway);
    const server = await scriptedServer("reset");
    const found = await leaksIn(`dg_live_•••••••${last4}`, gateway, { env: { DENCH_GATEWAY_URL: server.url } });
    expect(found).toMatchObject([{ isValid: true, keys: [{ id, sureness: "possible" }] }]);
    expect(server.received).toEqual([]);
  });

  it("possible if a part of the value is missing", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    const found = await leaksIn(`dg_live_${key.slice(-8)}`, gateway);
    expect(found).toMatchObject([{ isValid: true, gateway: "rejected", keys: [{ id, sureness: "possible" }] }]);
    expect(found[0]?.keys[0]?.reason).toContain("may be incomplete");
  });

  it("known to be revoked if it is revoked after the keys were listed", async () => {
    const gateway = await testGateway();
    const { id, key } = await created(gateway);
    const found = await leaksIn(key, gateway, { whenListed: () => gateway.revoke(id) });
    expect(found).toMatchObject([{ isValid: false, gateway: "rejected", keys: [{ id, next: "none" }] }]);
  });

  it("not known if the gateway fails, whose response is the reason", async () => {
    const gateway = await testGateway();
    const { key } = await created(gateway);
    const server = await scriptedServer({ status: 502 });
    const env = { DENCH_GATEWAY_URL: server.url, DENCH_MAX_RETRIES: "0" };
    const found = await leaksIn(key, gateway, { env });
    expect(found).toMatchObject([{ isValid: true, gateway: { unknownBecause: expect.stringContaining("502") } }]);
  });
});

it("finds the primary key, which its resource manages even if its state has an earlier key", async () => {
  const gateway = await testGateway();
  const { key } = z.object({ key: z.string() }).parse(await gateway.call("POST", "/api-keys/primary/reveal"));
  expect(await leaksIn(key, gateway)).toMatchObject([{ keys: [{ sureness: "certain", next: "rotate_primary" }] }]);
  const state = exportedState([{ name: "sandbox", type: "PrimarySandboxKey", outputs: { keyId: "key_earlier" } }]);
  const found = await leaksIn(key, gateway, { states: [state] });
  expect(found).toMatchObject([{ keys: [{ next: "set_compromised", roles: ["current"] }] }]);
});

it("finds the resources that have a key, also as their previous one, but not those of another workspace", async () => {
  const gateway = await testGateway();
  const [current, previous] = [await created(gateway), await created(gateway)];
  const outputs = { keyId: current.id, previousKeyId: previous.id };
  const state = exportedState([{ name: "ci", outputs }]);
  const found = await leaksIn(`${current.key}\n${previous.key}`, gateway, { states: [state] });
  expect(found.flatMap(({ keys }) => keys)).toMatchObject([
    { id: current.id, roles: ["current"], next: "set_compromised" },
    { id: previous.id, roles: ["previous"], next: "end_overlap" },
  ]);
  const elsewhere = exportedState([{ name: "ci", outputs: { ...outputs, workspaceId: "org_other" } }]);
  expect(await leaksIn(current.key, gateway, { states: [elsewhere] })).toMatchObject([{ keys: [{ next: "revoke" }] }]);
});

it("names the workspace that a value belongs to, if the management API accepts the value as a token", async () => {
  const [gateway, other] = [await testGateway(), await testGateway({ keysManage: true })];
  const { key } = await created(other);
  expect(await leaksIn(key, gateway, { management: other })).toMatchObject([
    { isValid: true, owner: { id: (await other.call("GET", "/status")).workspace.id }, keys: [] },
  ]);
});

it("has no key for a value of another workspace, which is valid if the gateway accepts it", async () => {
  const [gateway, other] = [await testGateway(), await testGateway()];
  const { key } = await created(other);
  expect(await leaksIn(key, gateway)).toMatchObject([{ isValid: false, keys: [] }]);
  const env = { DENCH_GATEWAY_URL: other.gateway.gatewayUrl };
  expect(await leaksIn(key, gateway, { env })).toMatchObject([{ isValid: true, keys: [] }]);
});
