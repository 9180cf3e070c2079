import { expect } from "vitest";
import type { PrimarySandboxKeyArgs } from "../../sdk";
import { describeByHost } from "../support/by-host";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { DAY } from "../support/scene";
import { TestStack } from "../support/stack";

describeByHost("the primary sandbox key", ({ dench }, it) => {
  async function scene(args: PrimarySandboxKeyArgs = {}) {
    const now = { ms: Date.parse("2026-05-01T00:00:00Z") };
    const gateway = await testGateway({ clock: () => now.ms });
    const stack = await TestStack.create({
      env: { ...gateway.env, DENCH_TEST_NOW: new Date(now.ms).toISOString() },
    });
    const wanted = { args };
    stack.program = async () => {
      const primary = new dench.PrimarySandboxKey("primary", wanted.args);
      return { key: primary.key, keyId: primary.keyId };
    };
    const wait = (ms: number) => {
      now.ms += ms;
      stack.setEnv("DENCH_TEST_NOW", new Date(now.ms).toISOString());
    };
    const up = async () => {
      const { steps, outputs } = await stack.up();
      return {
        steps,
        key: outputs["key"]?.value ?? undefined,
        keyId: outputs["keyId"]?.value,
        secret: outputs["key"]?.secret,
      };
    };
    const onServer = async () => (await gateway.call("GET", "/api-keys/primary")).id;
    const rotateManually = () => gateway.call("POST", "/api-keys/primary/rotate", {});
    return { gateway, stack, wanted, wait, up, onServer, rotateManually };
  }

  it("is adopted unchanged, and stays active when its resource is destroyed", async () => {
    const { gateway, stack, up, onServer } = await scene();
    const before = await onServer();
    const { steps, key, keyId, secret } = await up();
    expect([steps, keyId, secret]).toEqual([["create primary"], before, true]);
    expect(await gateway.dataPlane(key)).toBe(200);
    for (const [file, text] of await stack.filesWritten()) expect(text, file).not.toContain(key);
    expect((await up()).steps).toEqual([]);
    const { output } = await stack.destroy();
    expect(output).toContain("is removed from the state only");
    expect(await onServer()).toBe(before);
    expect(await gateway.dataPlane(key)).toBe(200);
  });

  it("is rotated in place once by each of a changed trigger, an age and an incident", async () => {
    const { gateway, wanted, wait, up } = await scene({ rotation: { triggers: { team: "1" } } });
    const seen = [await up()];
    const rotated = async (args: PrimarySandboxKeyArgs) => {
      wanted.args = args;
      const after = await up();
      expect(after.steps).toEqual(["update primary"]);
      expect(await Promise.all([seen.at(-1)?.key, after.key].map((key) => gateway.dataPlane(key)))).toEqual([401, 200]);
      expect((await up()).steps).toEqual([]);
      seen.push(after);
    };
    await rotated({ rotation: { triggers: { team: "2" } } });
    wait(91 * DAY);
    await rotated({ rotation: { triggers: { team: "2" }, after: "90d" } });
    await rotated({ rotation: { after: "90d" }, compromised: "INC-1" });
    expect(new Set(seen.map(({ keyId }) => keyId)).size).toBe(4);
  });

  it("that was rotated in the dashboard is not rotated again: up and refresh read its new value", async () => {
    const { gateway, stack, up, onServer, rotateManually } = await scene();
    await up();
    await rotateManually();
    const byUp = await up();
    expect([byUp.steps, byUp.keyId]).toEqual([["update primary"], await onServer()]);
    expect(await gateway.dataPlane(byUp.key)).toBe(200);

    await rotateManually();
    await stack.refresh();
    const byRefresh = await up();
    expect([byRefresh.steps, byRefresh.keyId]).toEqual([[], await onServer()]);
    expect(await gateway.dataPlane(byRefresh.key)).toBe(200);
  });

  it("without reveal is rotated, and its value is not in the state", async () => {
    const { wanted, up, onServer } = await scene({ reveal: false, rotation: { triggers: { team: "1" } } });
    const first = await up();
    expect(first.key).toBeUndefined();
    wanted.args = { reveal: false, rotation: { triggers: { team: "2" } } };
    const second = await up();
    expect(second.steps).toEqual(["update primary"]);
    expect(second.key).toBeUndefined();
    expect([second.keyId, second.keyId === first.keyId]).toEqual([await onServer(), false]);
    wanted.args = {};
    expect((await up()).key).toMatch(/^dg_live_/);
  });

  it("read with a member's token fails with an explanation", async () => {
    const { gateway, stack, onServer } = await scene();
    const before = await onServer();
    stack.setEnv("DENCH_API_KEY", gateway.gateway.memberToken);
    expect(await failureOf(stack.up())).toMatch(
      /belongs to a member, but the request requires an admin's token\..*\[dench:admin_required\]/,
    );
    expect(await onServer()).toBe(before);
  });

  it("that is the provider's own token is rotated on request, and the next run succeeds", async () => {
    const { gateway, stack, wanted, up, onServer } = await scene({ rotation: { triggers: { team: "1" } } });
    const { key } = await up();
    stack.setEnv("DENCH_API_KEY", key);
    wanted.args = { rotation: { triggers: { team: "2" } } };
    const message = await failureOf(stack.up());
    expect(message).toMatch(/authenticates with the rotated key.*environment variable DENCH_API_KEY/);
    expect(await gateway.dataPlane(key)).toBe(401);

    const { key: revealed } = await gateway.call("POST", "/api-keys/primary/reveal");
    stack.setEnv("DENCH_API_KEY", revealed);
    const after = await up();
    expect([after.key, after.keyId]).toEqual([revealed, await onServer()]);
    expect((await up()).steps).toEqual([]);
  });

  it("of another workspace fails the run, and is not rotated", async () => {
    const { stack, up } = await scene();
    await up();
    const other = await testGateway();
    for (const [name, value] of Object.entries(other.env)) stack.setEnv(name, value);
    for (const run of ["preview", "up", "refresh"] as const) {
      expect(await failureOf(stack[run]()), run).toContain("[dench:wrong_workspace]");
    }
  });
});
