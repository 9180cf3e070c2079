import { ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CreateRequest, ProviderHandshakeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { expect, it } from "vitest";
import { encode } from "../../../../provider/hosts/plugin/struct";
import { loggingEngine } from "../../../support/fake-engine";
import { testGateway } from "../../../support/gateway";
import { ask, configure, servedPlugin } from "../../../support/plugin";

const TYPE = "dench:index:GatewayKey";

async function requestIdsOfTwoRuns(tellsWhoItIs: boolean) {
  const gateway = await testGateway();
  const engine = await loggingEngine();
  for (let run = 0; run < 2; run += 1) {
    const plugin = await servedPlugin(gateway.env);
    const handshake = new ProviderHandshakeRequest().setEngineAddress(engine.address);
    handshake.setConfigureWithUrn(tellsWhoItIs).setSendsOldOutputsToCheck(tellsWhoItIs);
    await ask(plugin, service.handshake, handshake);
    await configure(plugin);
    const create = new CreateRequest().setUrn(`urn:pulumi:dev::shop::${TYPE}::ci`).setType(TYPE);
    await ask(plugin, service.create, create.setProperties(encode({ name: "CI" })));
  }
  return { keys: await gateway.keys(), lines: engine.lines };
}

it("an engine that tells who a provider is gets request ids that it would get again", async () => {
  const { keys, lines } = await requestIdsOfTwoRuns(true);
  expect(keys.map(({ requestId }) => requestId)).toEqual([
    expect.stringMatching(/^instance-1:[0-9a-f]{40}$/),
    expect.stringMatching(/^instance-1:[0-9a-f]{40}$/),
  ]);
  // The second run took the first one's key for one that no state holds.
  expect(keys.map(({ status }) => status)).toEqual(["active", "revoked"]);
  expect(lines).toEqual([]);
});

it("an older engine works, with request ids that cover a lost answer only, and is told so once", async () => {
  const { keys, lines } = await requestIdsOfTwoRuns(false);
  expect(keys.map(({ status }) => status)).toEqual(["active", "active"]);
  expect(lines).toEqual(
    Array.from({ length: 2 }, () => expect.stringMatching(/^warning : This version of the Pulumi CLI/)),
  );
});
