import { expect } from "vitest";
import type { GatewayKeyArgs } from "../../sdk";
import { describeByHost } from "../support/by-host";
import { failureOf } from "../support/failure";
import { DAY, REPLACED, Scene, UPDATED } from "../support/scene";

const OVERLAP = { rotation: { overlap: "24h" } };

describeByHost("the key that the provider authenticates with", (host, it) => {
  /** Returns a stack that created a key, and now uses it as its token. */
  async function loggedInWithOwnKey(args: GatewayKeyArgs = {}) {
    const scene = await Scene.open(host, args, { keysManage: true });
    const logInWith = (token: string) => scene.stack.setEnv("DENCH_API_KEY", token);
    const first = await scene.up();
    logInWith(first.key);
    /** Runs a command that the provider must reject. Returns the error. */
    const refused = async (run: () => Promise<unknown>): Promise<string> => {
      const before = [await scene.gateway.keys(), await statesOf(scene)];
      const message = await failureOf(run());
      expect(message).toContain("[dench:own_key]");
      expect([await scene.gateway.keys(), await statesOf(scene)]).toEqual(before);
      return message;
    };
    return { scene, first, logInWith, refused, logInAsAdmin: () => logInWith(scene.gateway.gateway.adminToken) };
  }

  /** Returns the states of the key's resource, including one that is pending deletion. */
  async function statesOf({ stack }: Scene) {
    const { resources } = (await stack.stack.exportStack()).deployment;
    return resources.filter(({ urn }: { urn: string }) => urn.endsWith("::ci"));
  }

  it("is not replaced, in a preview or an update, until another token is set", async () => {
    const { scene, first, refused, logInAsAdmin } = await loggedInWithOwnKey();
    scene.args = { name: "CD" };
    const message = await refused(() => scene.stack.preview());
    expect(message).toContain(first.keyId);
    expect(message).toContain("the environment variable DENCH_API_KEY");
    await refused(() => scene.up());

    logInAsAdmin();
    const second = await scene.up();
    expect(second.steps).toEqual(REPLACED);
    expect(await scene.open(first.key, second.key)).toEqual([401, 200]);
  });

  it("is rotated with an overlap, and revoked after it only if another token is set", async () => {
    const { scene, first, logInWith, refused } = await loggedInWithOwnKey(OVERLAP);
    scene.args = { name: "CD", ...OVERLAP };
    const second = await scene.up();
    expect(second).toMatchObject({ steps: UPDATED, previousKeyId: first.keyId });
    expect(second.output).toMatch(new RegExp(`warning:.*authenticates with the key ${first.keyId}`));
    expect((await scene.up()).steps, "the old value stays a valid token during the overlap").toEqual([]);

    scene.wait(DAY);
    await refused(() => scene.up());
    logInWith(second.key);
    const third = await scene.up();
    expect(third).toMatchObject({ steps: UPDATED, key: second.key });
    expect(third.previousKeyId).toBeUndefined();
    expect(await scene.live()).toEqual([second.keyId]);
  });

  it("is not revoked as the previous key by a second rotation, until another token is set", async () => {
    const { scene, first, logInWith, refused } = await loggedInWithOwnKey(OVERLAP);
    scene.args = { name: "CD", ...OVERLAP };
    const second = await scene.up();
    scene.args = { name: "CE", ...OVERLAP };
    await refused(() => scene.up());
    logInWith(second.key);
    const third = await scene.up();
    expect(third).toMatchObject({ steps: UPDATED, previousKeyId: second.keyId });
    expect(await scene.open(first.key, second.key, third.key)).toEqual([401, 200, 200]);
  });

  it("is not revoked by a change without overlap during an overlap, nor is the previous key", async () => {
    const { scene, first, logInWith, logInAsAdmin, refused } = await loggedInWithOwnKey(OVERLAP);
    scene.args = { name: "CD", ...OVERLAP };
    const second = await scene.up();
    logInWith(second.key);
    scene.args = { name: "CE" };
    await refused(() => scene.up());
    logInAsAdmin();
    const third = await scene.up();
    expect(third.steps).toEqual(UPDATED);
    expect(await scene.open(first.key, second.key, third.key)).toEqual([401, 401, 200]);
  });

  it("stays pending after an incident, which creates the new value first, so that the next run can use it", async () => {
    const { scene, first, logInWith } = await loggedInWithOwnKey();
    scene.args = { name: "CI", compromised: "INC-1" };
    const message = await failureOf(scene.up());
    expect(message).toMatch(
      new RegExp(
        `Could not revoke the keys ${first.keyId}, which are still valid.*this provider authenticates with it`,
      ),
    );
    const { key, keyId } = await valuesOf(scene);
    expect(await scene.live()).toEqual([keyId, first.keyId]);
    await failureOf(scene.up());
    expect(await scene.live(), "no third key").toEqual([keyId, first.keyId]);

    logInWith(key);
    const after = await scene.up();
    expect(after).toMatchObject({ steps: UPDATED, keyId });
    expect(await scene.live()).toEqual([keyId]);
  });

  it("stays pending after an incident if it is the previous key, while the current key is revoked", async () => {
    const { scene, first, logInWith } = await loggedInWithOwnKey(OVERLAP);
    scene.args = { name: "CD", ...OVERLAP };
    const second = await scene.up();
    scene.args = { ...scene.args, compromised: "INC-1" };
    await failureOf(scene.up());
    const { key, keyId } = await valuesOf(scene);
    expect(await scene.live()).toEqual([keyId, first.keyId]);
    expect(await scene.open(second.key)).toEqual([401]);
    logInWith(key);
    await scene.up();
    expect(await scene.live()).toEqual([keyId]);
  });

  for (const what of ["removed from the program", "destroyed with its stack"]) {
    it(`is not revoked when it is ${what}, nor are its resource's other keys, until another token is set`, async () => {
      const { scene, logInWith, logInAsAdmin, refused } = await loggedInWithOwnKey(OVERLAP);
      scene.args = { name: "CD", ...OVERLAP };
      const second = await scene.up();
      const end = () => (what === "destroyed with its stack" ? scene.stack.destroy() : scene.stack.up());
      const { program } = scene.stack;
      scene.stack.program = async () => ({});
      await refused(end);
      logInWith(second.key);
      await refused(end);

      scene.stack.program = program;
      expect((await scene.up()).steps, "the next update succeeds").toEqual([]);
      scene.stack.program = async () => ({});
      logInAsAdmin();
      expect((await end()).steps).toEqual(["delete ci"]);
      expect(await scene.live()).toEqual([]);
    });
  }

  it("stays in the state after a forced replacement, until another token is set and its deletion succeeds", async () => {
    const { scene, logInAsAdmin } = await loggedInWithOwnKey(OVERLAP);
    scene.args = { name: "CD", ...OVERLAP };
    const second = await scene.up();
    await scene.gateway.dataPlane(second.key);
    const [{ urn }] = await statesOf(scene);
    expect(await failureOf(scene.stack.stack.up({ replace: [urn] }))).toContain("[dench:own_key]");
    const held = (await statesOf(scene)).flatMap(({ outputs }: { outputs: Record<string, unknown> }) =>
      [outputs["keyId"], outputs["previousKeyId"]].filter((id) => typeof id === "string"),
    );
    expect(held.toSorted()).toEqual((await scene.live()).toSorted());

    logInAsAdmin();
    const { key, keyId } = await scene.up();
    expect(await scene.live()).toEqual([keyId]);
    expect(await scene.open(key)).toEqual([200]);
    expect((await scene.up()).steps).toEqual([]);
  });

  /** Returns the current key in the state after a failed update. */
  async function valuesOf({ stack }: Scene): Promise<{ key: string; keyId: string }> {
    const { resources } = (await stack.stack.exportStack()).deployment;
    const { outputs } = resources.find(({ urn }: { urn: string }) => urn.endsWith("::ci"));
    return { key: JSON.parse(outputs.key.plaintext), keyId: outputs.keyId };
  }
});
