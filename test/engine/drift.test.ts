import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { hosts } from "../support/hosts";
import { FaultProxy } from "../support/proxy";
import { apiError, scriptedServer } from "../support/scripted-server";
import { describeWithEngine, TestStack } from "../support/stack";

const REPLACED = ["create-replacement ci", "delete-replaced ci"];
const WARNING = /Whether keys were revoked elsewhere was not checked/g;

describeWithEngine.each(hosts)("what happened elsewhere, by $host", ({ host, dench }) => {
  it("a key revoked by hand is seen by a plain preview, and replaced by the next up", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => ({ key: new dench.GatewayKey("ci", { name: "CI" }).key });
    await stack.up();
    const [key] = await gateway.activeKeys();
    await gateway.revoke(key?.id ?? "");

    const preview = await stack.preview();
    expect(preview.steps).toEqual(REPLACED);
    if (host === "the plugin")
      expect(preview.output).toMatch(/key key_\w+ is revoked, and not by this program: new key/);
    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(REPLACED);
    expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
    expect((await stack.preview()).steps).toEqual([]);
  });

  it("a key revoked by hand is kept by a refresh, which says so, and replaced by the next up", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => ({ status: new dench.GatewayKey("ci", { name: "CI" }).status });
    await stack.up();
    await gateway.revoke((await gateway.activeKeys())[0]?.id ?? "");
    await stack.refresh();
    const { deployment } = await stack.stack.exportStack();
    expect(deployment.resources.at(-1).outputs.status).toBe("revoked");
    expect((await stack.up()).steps).toEqual(REPLACED);
    expect(await gateway.activeKeys()).toHaveLength(1);
  });

  it("a key whose row is gone is made anew, after a refresh too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-rows-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const data = join(folder, "gateway.db");
    const gateway = await testGateway({ data });
    const removeRows = () => {
      const database = new DatabaseSync(data);
      database.exec("DELETE FROM activity; DELETE FROM keys WHERE kind = 'additional'");
      database.close();
    };
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => void new dench.GatewayKey("ci", { name: "CI" });
    await stack.up();

    removeRows();
    expect((await stack.preview()).steps).toEqual(REPLACED);
    expect((await stack.up()).steps).toEqual(REPLACED);
    removeRows();
    await stack.refresh();
    expect((await stack.up()).steps).toEqual(["create ci"]);
    expect(await gateway.activeKeys()).toHaveLength(1);
  });

  it("the token of another workspace is an error, and makes nothing forgotten", async () => {
    const [ours, other] = [await testGateway(), await testGateway()];
    const stack = await TestStack.create({ env: ours.env });
    stack.program = async () => void new dench.GatewayKey("ci", { name: "CI" });
    await stack.up();
    for (const [name, value] of Object.entries(other.env)) stack.setEnv(name, value);
    for (const run of ["preview", "up", "refresh", "destroy"] as const) {
      expect(await failureOf(stack[run]()), run).toContain("[dench:wrong_workspace]");
    }
    expect(await other.keys()).toEqual([]);
    for (const [name, value] of Object.entries(ours.env)) stack.setEnv(name, value);
    expect((await stack.up()).steps).toEqual([]);
    expect(await ours.activeKeys()).toHaveLength(1);
  });

  it("is asked once for all keys, and not at all with driftCheck off", async () => {
    const gateway = await testGateway();
    const proxy = await FaultProxy.before(gateway.gateway.url);
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` } });
    stack.program = async () => {
      for (const name of ["a", "b", "c"]) new dench.GatewayKey(name, { name });
    };
    await stack.up();
    proxy.passed.length = 0;
    expect((await stack.preview()).steps).toEqual([]);
    expect(proxy.passed.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /api/v1/api-keys?status=active&limit=100",
    ]);
    stack.setEnv("DENCH_DRIFT_CHECK", "false");
    proxy.passed.length = 0;
    expect((await stack.preview()).steps).toEqual([]);
    expect(proxy.passed).toEqual([]);
  });

  it("cannot be asked of a server that fails: the plan is made from the state, with one warning", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_MAX_RETRIES: "0" } });
    stack.program = async () => {
      for (const name of ["a", "b", "c"]) new dench.GatewayKey(name, { name });
    };
    await stack.up();
    for (const answer of ["reset", { status: 500 }, apiError(429, "rate_limited")] as const) {
      stack.setEnv("DENCH_BASE_URL", (await scriptedServer(answer)).url);
      const { steps, output } = await stack.preview();
      expect(steps).toEqual([]);
      const [, diagnostics = ""] = output.split("Diagnostics:");
      expect(diagnostics.match(WARNING)).toHaveLength(1);
    }
  });

  it("is asked with a token that is refused: an error, even in a preview", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => void new dench.GatewayKey("ci");
    await stack.up();
    for (const answer of [apiError(401, "unauthorized"), { status: 403 }]) {
      stack.setEnv("DENCH_BASE_URL", (await scriptedServer(answer)).url);
      expect(await failureOf(stack.preview())).toMatch(/\[dench:(unauthorized|forbidden)\]/);
    }
  });
});

describeWithEngine.each(hosts)("an answer that is lost, by $host", ({ dench }) => {
  it.each(["cut", { status: 502 }] as const)("leaves one live key, whose value is in the state: %j", async (fate) => {
    const gateway = await testGateway();
    const proxy = await FaultProxy.before(gateway.gateway.url);
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` } });
    stack.program = async () => ({ key: new dench.GatewayKey("ci", { name: "CI" }).key });
    let lost = 0;
    proxy.onAnswer = ({ method }, status) => {
      if (method !== "POST" || status !== 201 || lost > 0) return "pass";
      lost += 1;
      return fate;
    };
    const { steps, outputs } = await stack.up();
    expect([lost, steps]).toEqual([1, ["create ci"]]);
    expect(await gateway.activeKeys()).toHaveLength(1);
    expect(await gateway.keys()).toHaveLength(2);
    expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
  });
});
