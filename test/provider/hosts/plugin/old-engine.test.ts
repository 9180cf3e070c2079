import { ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CreateRequest, ProviderHandshakeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { expect, it } from "vitest";
import { encode } from "../../../../provider/hosts/plugin/struct";
import { loggingEngine } from "../../../support/fake-engine";
import { testGateway } from "../../../support/gateway";
import { configure, sendRequest, servedPlugin, TYPE } from "../../../support/plugin";

async function requestIdsOfTwoRuns(tellsWhoItIs: boolean) {
  const gateway = await testGateway();
  const engine = await loggingEngine();
  for (let run = 0; run < 2; run += 1) {
    const plugin = await servedPlugin(gateway.env);
    const handshake = new ProviderHandshakeRequest().setEngineAddress(engine.address);
    handshake.setConfigureWithUrn(tellsWhoItIs).setSendsOldOutputsToCheck(tellsWhoItIs);
    await sendRequest(plugin, service.handshake, handshake);
    await configure(plugin);
    const create = new CreateRequest().setUrn(`urn:pulumi:dev::shop::${TYPE}::ci`).setType(TYPE);
    await sendRequest(plugin, service.create, create.setProperties(encode({ name: "CI" })));
  }
  return { keys: await gateway.keys(), lines: engine.lines };
}

it("an engine that passes the ID of a provider instance gets the same request IDs in the next run", async () => {
  const { keys, lines } = await requestIdsOfTwoRuns(true);
  expect(keys.map(({ requestId }) => requestId)).toEqual([
    expect.stringMatching(/^instance-1:[0-9a-f]{40}$/),
    expect.stringMatching(/^instance-1:[0-9a-f]{40}$/),
  ]);
  // The second run revoked the first run's key as an orphan.
  expect(keys.map(({ status }) => status)).toEqual(["active", "revoked"]);
  expect(lines).toEqual([]);
});

it("an older engine works with request IDs that only cover a lost response, and gets a warning once", async () => {
  const { keys, lines } = await requestIdsOfTwoRuns(false);
  expect(keys.map(({ status }) => status)).toEqual(["active", "active"]);
  expect(lines).toEqual(
    Array.from({ length: 2 }, () => expect.stringMatching(/^warning : This version of the Pulumi CLI/)),
  );
});
