import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { failureOf } from "../support/failure";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { FaultProxy } from "../support/proxy";
import { apiError, scriptedServer } from "../support/scripted-server";
import { TestStack } from "../support/stack";

const REPLACED = ["create-replacement ci", "delete-replaced ci"];
/** A preview whose drift check is not required waits ten seconds. */
const LONGER_THAN_THE_TIMEOUT_MS = 11_000;
const WARNING = /Could not read the workspace, so this plan is based on the stack state/g;

describeByHost("drift", ({ host, dench }, it) => {
  it("of a key that was revoked manually is detected by a preview, and corrected by the next up", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => ({ key: new dench.GatewayKey("ci", { name: "CI" }).key });
    await stack.up();
    const [key] = await gateway.activeKeys();
    await gateway.revoke(key?.id ?? "");

    const preview = await stack.preview();
    expect(preview.steps).toEqual(REPLACED);
    if (host === "the plugin")
      expect(preview.output).toMatch(/key_\w+ was revoked outside of this program: creates a new key/);
    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(REPLACED);
    expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
    expect((await stack.preview()).steps).toEqual([]);
  });

  it("of a key that was revoked manually is shown by a refresh, and corrected by the next up", async () => {
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

  it("of a key that no longer exists is corrected by the next up, also after a refresh", async () => {
    const folder = await temporaryFolder();
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

  it("is not assumed with the token of another workspace: the run fails, and the state stays", async () => {
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

  for (const count of [3, 9]) {
    it(`is detected with a bounded number of requests for ${count} keys, and with none if driftCheck is off`, async () => {
      const gateway = await testGateway();
      const proxy = await FaultProxy.before(gateway.gateway.url);
      const stack = await TestStack.create({ env: { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` } });
      for (let other = 0; other < 200; other += 1) await gateway.call("POST", "/api-keys", { name: "other" });
      stack.program = async () => {
        for (let index = 0; index < count; index += 1) new dench.GatewayKey(`key-${index}`);
      };
      await stack.up();
      proxy.passed.length = 0;
      expect((await stack.preview()).steps).toEqual([]);
      const pages = count > 8 ? Math.ceil((200 + count) / 100) : 0;
      expect(proxy.passed.length).toBeLessThanOrEqual(Math.min(count, 8) + pages + 2);
      stack.setEnv("DENCH_DRIFT_CHECK", "off");
      proxy.passed.length = 0;
      expect((await stack.preview()).steps).toEqual([]);
      expect(proxy.passed).toEqual([]);
    });
  }

  it("is detected on a slow server if the check is required, and skipped with a warning otherwise", async () => {
    const gateway = await testGateway();
    const proxy = await FaultProxy.before(gateway.gateway.url);
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` } });
    stack.program = async () => void new dench.GatewayKey("ci", { name: "CI" });
    await stack.up();
    await gateway.revoke((await gateway.activeKeys())[0]?.id ?? "");
    proxy.onRequest = ({ path }) =>
      path.includes("/api-keys")
        ? new Promise((resolve) => setTimeout(() => resolve("pass"), LONGER_THAN_THE_TIMEOUT_MS))
        : "pass";
    const gate = () => stack.stack.preview({ expectNoChanges: true });
    expect((await gate()).stdout).toMatch(WARNING);
    stack.setEnv("DENCH_DRIFT_CHECK", "required");
    await expect(gate()).rejects.toThrow(/but changes were proposed/);
  });

  it("that cannot be checked fails the run if the check is required", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_MAX_RETRIES: "0" } });
    stack.program = async () => void new dench.GatewayKey("ci", { name: "CI" });
    await stack.up();
    stack.setEnv("DENCH_DRIFT_CHECK", "required");
    for (const response of ["reset", { status: 500 }, apiError(429, "rate_limited")] as const) {
      stack.setEnv("DENCH_BASE_URL", (await scriptedServer(response)).url);
      expect(await failureOf(stack.preview())).toMatch(/\[dench:(unreachable|unexpected_status|rate_limited)\]/);
    }
  });

  it("is not detected if the server fails: the plan is based on the state, with one warning", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_MAX_RETRIES: "0" } });
    stack.program = async () => {
      for (const name of ["a", "b", "c"]) new dench.GatewayKey(name, { name });
    };
    await stack.up();
    for (const response of ["reset", { status: 500 }, apiError(429, "rate_limited")] as const) {
      stack.setEnv("DENCH_BASE_URL", (await scriptedServer(response)).url);
      const { steps, output } = await stack.preview();
      expect(steps).toEqual([]);
      const [, diagnostics = ""] = output.split("Diagnostics:");
      expect(diagnostics.match(WARNING)).toHaveLength(1);
    }
  });

  it("cannot be checked with an invalid token, which fails even a preview", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => void new dench.GatewayKey("ci");
    await stack.up();
    for (const response of [apiError(401, "unauthorized"), { status: 403 }, { status: 403, body: "404 not found" }]) {
      stack.setEnv("DENCH_BASE_URL", (await scriptedServer(response)).url);
      expect(await failureOf(stack.preview())).toMatch(/\[dench:(unauthorized|forbidden)\]/);
    }
  });
});

describeByHost("a lost response", ({ dench }, it) => {
  for (const action of ["cut", { status: 502 }] as const)
    it(`leaves one active key, whose value is in the state: ${JSON.stringify(action)}`, async () => {
      const gateway = await testGateway();
      const proxy = await FaultProxy.before(gateway.gateway.url);
      const stack = await TestStack.create({ env: { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` } });
      stack.program = async () => ({ key: new dench.GatewayKey("ci", { name: "CI" }).key });
      let lost = 0;
      proxy.onResponse = ({ method }, status) => {
        if (method !== "POST" || status !== 201 || lost > 0) return "pass";
        lost += 1;
        return action;
      };
      const { steps, outputs } = await stack.up();
      expect([lost, steps]).toEqual([1, ["create ci"]]);
      expect(await gateway.activeKeys()).toHaveLength(1);
      expect(await gateway.keys()).toHaveLength(2);
      expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
    });
});

describeByHost("a preview of keys that are all new", ({ dench }, it) => {
  async function fresh(env: Readonly<Record<string, string>> = {}) {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_MAX_RETRIES: "0", ...env } });
    stack.program = async () => {
      for (const name of ["a", "b", "c"]) new dench.GatewayKey(name, { name });
      new dench.PrimarySandboxKey("primary");
    };
    return { gateway, stack };
  }

  it("fails with an invalid token, without a token, and with a token of another workspace", async () => {
    const { stack } = await fresh();
    const right = { ...stack.stack.workspace.envVars };
    for (const [name, value, code] of [
      ["DENCH_API_KEY", "not-the-token", "[dench:unauthorized]"],
      ["DENCH_API_KEY", "", "[dench:no_token]"],
      ["DENCH_WORKSPACE", "shop", "[dench:wrong_workspace]"],
    ] as const) {
      stack.setEnv(name, value);
      expect(await failureOf(stack.preview())).toContain(code);
      stack.setEnv(name, right[name] ?? "");
    }
  });

  it("sends one request", async () => {
    const { gateway, stack } = await fresh();
    const proxy = await FaultProxy.before(gateway.gateway.url);
    stack.setEnv("DENCH_BASE_URL", `${proxy.url}/api/v1`);
    await stack.preview();
    expect(proxy.passed.map(({ path }) => path)).toEqual(["/api/v1/status"]);
  });

  it("warns once if the server cannot be reached, fails if the check is required, and is silent if it is off", async () => {
    const { stack } = await fresh({ DENCH_BASE_URL: (await scriptedServer("reset")).url });
    const [, diagnostics = ""] = (await stack.preview()).output.split("Diagnostics:");
    expect(diagnostics.match(WARNING)).toHaveLength(1);
    stack.setEnv("DENCH_DRIFT_CHECK", "required");
    expect(await failureOf(stack.preview())).toContain("[dench:unreachable]");
    stack.setEnv("DENCH_DRIFT_CHECK", "off");
    expect((await stack.preview()).output).not.toMatch(WARNING);
  });
});
