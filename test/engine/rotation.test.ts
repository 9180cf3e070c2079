import { expect } from "vitest";
import type { GatewayKeyArgs } from "../../sdk";
import { describeByHost } from "../support/by-host";
import { failureOf } from "../support/failure";
import { DAY, HOUR, MINUTE, REPLACED, Scene, UPDATED } from "../support/scene";

const CHANGES: [string, GatewayKeyArgs, GatewayKeyArgs][] = [
  ["name changed", { name: "CI" }, { name: "CD" }],
  ["scopes changed", { scopes: ["models:read", "chat:completions"] }, { scopes: ["models:read"] }],
  ["a value in triggers changed", { rotation: { triggers: { team: "1" } } }, { rotation: { triggers: { team: "2" } } }],
];

describeByHost("a gateway key", (host, it) => {
  const open = (args: GatewayKeyArgs) => Scene.open(host, args);
  const withOverlap = (args: GatewayKeyArgs): GatewayKeyArgs => ({
    ...args,
    rotation: { ...(args.rotation as object), overlap: "24h" },
  });

  for (const [what, before, after] of CHANGES) {
    it(`with ${what}, without overlap, is replaced: the new key is created first`, async () => {
      const scene = await open(before);
      const first = await scene.up();
      scene.args = { name: "CI", ...after };
      const second = await scene.up();
      expect(second.steps).toEqual(REPLACED);
      expect(await scene.open(first.key, second.key)).toEqual([401, 200]);
      expect((await scene.stack.preview()).steps).toEqual([]);
    });

    it(`with ${what}, with overlap, is rotated in place, and the old value is valid until the overlap ends`, async () => {
      const scene = await open(withOverlap(before));
      const first = await scene.up();
      scene.args = withOverlap({ name: "CI", ...after });
      const second = await scene.up();
      expect(second.steps).toEqual(UPDATED);
      expect(second).toMatchObject({
        previousKey: first.key,
        previousKeyId: first.keyId,
        previousKeyRevokeAt: scene.later(DAY),
      });
      expect(await scene.open(first.key, second.key)).toEqual([200, 200]);
      expect(second.outputs["previousKey"]?.secret).toBe(true);

      scene.wait(DAY - 1000);
      expect((await scene.up()).steps).toEqual([]);
      scene.wait(1000);
      const third = await scene.up();
      expect(third.steps).toEqual(UPDATED);
      expect(third.key).toBe(second.key);
      expect(third.previousKeyId).toBeUndefined();
      expect(await scene.live()).toEqual([second.keyId]);
      expect((await scene.up()).steps).toEqual([]);
    });
  }

  it("with a trigger key added or removed changes only in the state", async () => {
    const scene = await open({});
    const { key } = await scene.up();
    for (const rotation of [{ triggers: { team: "1" } }, { triggers: { team: "1", month: "5" } }, { triggers: {} }]) {
      scene.args = { name: "CI", rotation };
      scene.requests();
      expect(await scene.up()).toMatchObject({ steps: UPDATED, key });
      expect(scene.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
    }
  });

  it("older than after is replaced once, or rotated in place with overlap, at its age minus the tolerance", async () => {
    const scene = await open({ rotation: { after: "30d" } });
    const first = await scene.up();
    scene.wait(30 * DAY - 2 * HOUR);
    expect((await scene.up()).steps).toEqual([]);
    scene.wait(HOUR);
    const second = await scene.up();
    expect(second.steps).toEqual(REPLACED);
    expect((await scene.up()).steps).toEqual([]);

    scene.args = { name: "CI", rotation: { after: "30d", overlap: "1h" } };
    expect((await scene.up()).steps).toEqual(UPDATED);
    scene.wait(31 * DAY);
    const third = await scene.up();
    expect(third).toMatchObject({ steps: UPDATED, previousKeyId: second.keyId });
    expect(await scene.open(first.key, second.key, third.key)).toEqual([401, 200, 200]);
  });

  it("revoked outside Pulumi, with overlap, is rotated in place, and an active previous key keeps its overlap", async () => {
    const scene = await open({ rotation: { overlap: "24h" } });
    const first = await scene.up();
    scene.args = { name: "CD", rotation: { overlap: "24h" } };
    const second = await scene.up();
    await scene.gateway.revoke(second.keyId);
    scene.wait(HOUR);
    const third = await scene.up();
    expect(third).toMatchObject({
      steps: UPDATED,
      previousKeyId: first.keyId,
      previousKeyRevokeAt: scene.later(23 * HOUR),
    });
    expect(await scene.open(first.key, second.key, third.key)).toEqual([200, 401, 200]);
  });

  it("with compromised changed has a new value, and every old one is revoked in the same step, with or without overlap", async () => {
    const scene = await open({ rotation: { overlap: "24h" }, compromised: "INC-0" });
    const first = await scene.up();
    scene.args = { name: "CD", rotation: { overlap: "24h" }, compromised: "INC-0" };
    const second = await scene.up();
    expect(await scene.open(first.key, second.key)).toEqual([200, 200]);
    scene.args = { name: "CD", rotation: { overlap: "24h" }, compromised: "INC-1" };
    const third = await scene.up();
    expect(third.steps).toEqual(UPDATED);
    expect(await scene.open(first.key, second.key, third.key)).toEqual([401, 401, 200]);
    expect(await scene.live()).toEqual([third.keyId]);

    scene.args = { name: "CD" };
    expect(await scene.up()).toMatchObject({ steps: UPDATED, key: third.key });
    scene.args = { name: "CD", compromised: "INC-1" };
    const fourth = await scene.up();
    expect(fourth.steps).toEqual(UPDATED);
    expect(await scene.open(third.key, fourth.key)).toEqual([401, 200]);
  });

  it("with overlap, after, keepIfUsedWithin or waitUntilReady changed changes only in the state, without a write request", async () => {
    const scene = await open({ rotation: { overlap: "24h" } });
    const { key } = await scene.up();
    scene.stack.setEnv("DENCH_GATEWAY_URL", scene.gateway.gateway.gatewayUrl);
    const changes: GatewayKeyArgs[] = [
      { rotation: { overlap: "12h" } },
      { rotation: { overlap: "12h", after: "30d" } },
      { rotation: { overlap: "12h", after: "30d" }, keepIfUsedWithin: "1h" },
      { rotation: { overlap: "12h", after: "30d" }, keepIfUsedWithin: "1h", waitUntilReady: true },
      {},
    ];
    for (const change of changes) {
      scene.args = { name: "CI", ...change };
      scene.requests();
      expect(await scene.up()).toMatchObject({ steps: UPDATED, key });
      expect(scene.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
    }
    const [{ lastUsedAt } = {}] = await scene.gateway.activeKeys();
    expect(lastUsedAt, "the data plane received no request").toBeNull();
  });

  it("in an overlap gets the new end when overlap changes, and 0s ends the overlap", async () => {
    const scene = await open({ rotation: { overlap: "24h" } });
    const first = await scene.up();
    scene.args = { name: "CD", rotation: { overlap: "24h" } };
    await scene.up();
    scene.wait(HOUR);
    scene.args = { name: "CD", rotation: { overlap: "48h" } };
    expect((await scene.up()).previousKeyRevokeAt).toBe(scene.later(47 * HOUR));
    scene.args = { name: "CD" };
    expect((await scene.up()).previousKeyRevokeAt, "without an overlap in the program").toBe(scene.later(47 * HOUR));
    scene.args = { name: "CD", rotation: { overlap: "0s" } };
    expect((await scene.up()).previousKeyId).toBeUndefined();
    expect(await scene.open(first.key)).toEqual([401]);
  });

  it("is revoked by the first update after its overlap, or kept with a warning if keepIfUsedWithin protects it", async () => {
    const args = { rotation: { overlap: "24h" }, keepIfUsedWithin: "1h" };
    const scene = await open(args);
    const first = await scene.up();
    scene.args = { name: "CD", ...args };
    await scene.up();
    scene.wait(2 * DAY);
    await scene.gateway.dataPlane(first.key);
    scene.wait(30 * MINUTE);
    const held = await scene.up();
    expect(held.previousKeyId).toBe(first.keyId);
    expect(held.output).toContain(`previous key ${first.keyId} was last used at ${scene.later(-30 * MINUTE)}`);
    scene.wait(31 * MINUTE);
    expect((await scene.up()).previousKeyId).toBeUndefined();
    expect(await scene.open(first.key)).toEqual([401]);
  });

  it("rotated during an overlap has its older key revoked first, so that at most two keys are active", async () => {
    const scene = await open({ rotation: { overlap: "24h" } });
    const first = await scene.up();
    scene.args = { name: "CD", rotation: { overlap: "24h" } };
    const second = await scene.up();
    scene.args = { name: "CE", rotation: { overlap: "24h" } };
    scene.requests();
    const third = await scene.up();
    const writes = scene.requests().filter((request) => !request.startsWith("GET"));
    expect(writes).toEqual([`DELETE /api-keys/${first.keyId}`, "POST /api-keys"]);
    expect(third.previousKeyId).toBe(second.keyId);
    expect(await scene.open(first.key, second.key, third.key)).toEqual([401, 200, 200]);
  });

  it("protected by keepIfUsedWithin during an overlap delays a rotation by age with a warning, and fails one by a trigger", async () => {
    const rotation = { overlap: "24h", after: "30d", triggers: { team: "1" } };
    const scene = await open({ rotation, keepIfUsedWithin: "1h" });
    const first = await scene.up();
    scene.args = { name: "CD", rotation, keepIfUsedWithin: "1h" };
    const second = await scene.up();
    scene.wait(30 * DAY);
    await scene.gateway.dataPlane(first.key);
    const waiting = await scene.up();
    expect(waiting).toMatchObject({ key: second.key, previousKeyId: first.keyId });
    expect(waiting.output).toContain("but the rotation waits");

    scene.args = { ...scene.args, rotation: { ...rotation, triggers: { team: "2" } } };
    const message = await failureOf(scene.up());
    expect(message).toMatch(/rotation trigger team changed.*was last used at .*unset keepIfUsedWithin/);
    expect(await scene.live()).toEqual([second.keyId, first.keyId]);
  });

  it("removed or destroyed in an overlap has every key revoked, or fails until forced if keepIfUsedWithin protects one", async () => {
    const args = { name: "CD", rotation: { overlap: "24h" }, keepIfUsedWithin: "1h" };
    const scene = await open({ ...args, name: "CI" });
    await scene.up();
    scene.args = args;
    const second = await scene.up();
    await scene.gateway.dataPlane(second.key);
    const message = await failureOf(scene.stack.destroy());
    expect(message).toMatch(/was last used at .*To revoke it anyway, remove keepIfUsedWithin/);
    expect(await scene.live()).toHaveLength(2);

    scene.args = { name: "CD", rotation: { overlap: "24h" } };
    await scene.up();
    expect((await scene.stack.destroy()).steps).toEqual(["delete ci"]);
    expect(await scene.live()).toEqual([]);
  });

  it("that could not be revoked is pending, and the next update or destroy retries the revocation", async () => {
    const scene = await open({});
    scene.stack.setEnv("DENCH_MAX_RETRIES", "0");
    const first = await scene.up();
    scene.proxy.onRequest = ({ method }) => (method === "DELETE" ? { status: 500 } : "pass");
    scene.args = { name: "CI", compromised: "INC-1" };
    const message = await failureOf(scene.up());
    expect(message).toMatch(new RegExp(`Could not revoke the keys ${first.keyId}, which are still valid`));
    const live = await scene.live();
    expect(live).toHaveLength(2);
    expect((await scene.stack.stack.exportStack()).deployment.resources.at(-1)).toMatchObject({
      outputs: { keyId: live[0], revokePending: [first.keyId] },
    });

    scene.proxy.onRequest = () => "pass";
    const drained = await scene.up();
    expect(drained.keyId).toBe(live[0]);
    expect(drained.revokePending).toBeUndefined();
    expect(await scene.live()).toEqual([live[0]]);
    expect((await scene.up()).steps).toEqual([]);

    scene.proxy.onRequest = ({ method }) => (method === "DELETE" ? { status: 500 } : "pass");
    scene.args = { name: "CI", compromised: "INC-2" };
    await failureOf(scene.up());
    scene.proxy.onRequest = () => "pass";
    await scene.stack.destroy();
    expect(await scene.live()).toEqual([]);
  });

  it("refreshed in an overlap with the current key missing keeps the previous key", async () => {
    const scene = await open({ rotation: { overlap: "24h" } });
    const first = await scene.up();
    scene.args = { name: "CD", rotation: { overlap: "24h" } };
    const second = await scene.up();
    scene.proxy.onRequest = ({ path }) =>
      path === `/api/v1/api-keys/${second.keyId}`
        ? { status: 404, body: JSON.stringify({ error: { message: "", type: "", code: "not_found" } }) }
        : "pass";
    await scene.gateway.revoke(second.keyId);
    await scene.stack.refresh();
    expect((await scene.stack.stack.exportStack()).deployment.resources.at(-1)).toMatchObject({
      outputs: { status: "missing", previousKeyId: first.keyId },
    });
    const third = await scene.up();
    expect(third).toMatchObject({ steps: UPDATED, previousKeyId: first.keyId });
    expect(await scene.open(first.key, third.key)).toEqual([200, 200]);
  });
});
