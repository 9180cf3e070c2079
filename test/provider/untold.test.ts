import { expect, it } from "vitest";
import { getGatewayKey } from "../../provider/functions/get-gateway-key";
import { getWorkspace } from "../../provider/functions/get-workspace";
import { gatewayKey } from "../../provider/resources/gateway-key";
import { primarySandboxKey } from "../../provider/resources/primary-sandbox-key";
import { testContext } from "../support/context";
import { memoryApi } from "../support/memory-api";

// The port's optional fields, on an API that has none of them.

const context = () => testContext({ env: { DENCH_API_KEY: "token" }, api: memoryApi() });

it("a key lives from its creation to its deletion, with null for what is not told", async () => {
  const first = context();
  const { id, state } = await gatewayKey.create(first, { inputs: { name: "CI" } });
  expect(state).toMatchObject({ keyId: id, createdBy: null, status: "active" });
  expect(await gatewayKey.diff(first, { state, inputs: { name: "CI" } })).toEqual([]);
  await gatewayKey.delete(first, { state });
  expect((await gatewayKey.read(first, { id, inputs: {}, state }))?.state["status"]).toBe("revoked");
});

it("the primary key is adopted", async () => {
  const { state } = await primarySandboxKey.create(context(), { inputs: {} });
  expect(state).toMatchObject({ keyId: "key_primary", key: "value of the primary key" });
});

it("functions leave out what is not told", async () => {
  const first = context();
  const { id } = await gatewayKey.create(first, { inputs: { name: "CI" } });
  const key = await getGatewayKey.call(first, { keyId: id });
  expect(key).toMatchObject({ id, name: "CI" });
  const told = [key["createdBy"], key["revokedAt"], key["requestId"], key["lastUsedAt"]];
  expect(told).toEqual([undefined, undefined, undefined, undefined]);
  expect(await getWorkspace.call(first, {})).toEqual({
    id: "org_1",
    name: "Memory",
    slug: "memory",
    caller: undefined,
  });
});

it("a key that may be the provider's own is revoked, since nothing tells", async () => {
  const { keys } = context();
  await expect(keys.requireNotOwn("key_1")).resolves.toBeUndefined();
});
