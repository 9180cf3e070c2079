import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { apiError, type ScriptedResponse, scriptedServer } from "../support/scripted-server";
import { TestStack } from "../support/stack";

const faults: [string, ScriptedResponse, string][] = [
  ["is down", "reset", "dench:unreachable"],
  ["is slow", "silence", "dench:timeout"],
  ["returns HTML", { status: 200, body: "<html></html>" }, "dench:unexpected_response"],
  ["returns half a body", "half a body", "dench:unreachable"],
  ["returns 500", { status: 500 }, "dench:unexpected_status"],
  ["returns 401", apiError(401, "unauthorized"), "dench:unauthorized"],
  ["returns 403", apiError(403, "admin_required"), "dench:admin_required"],
];

describeByHost("a server that fails", ({ dench }, it) => {
  it("fails refresh, up and destroy with a clear error, the state stays, and the next run continues", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({
      env: { ...gateway.env, DENCH_MAX_RETRIES: "0", DENCH_TIMEOUT_SECONDS: "1" },
    });
    let names = ["first"];
    stack.program = async () => {
      for (const name of names) new dench.GatewayKey(name, { name });
    };
    await stack.up();
    const resources = async () => {
      const { deployment } = await stack.stack.exportStack();
      return deployment.resources.map(({ urn, id }: { urn: string; id: string }) => [urn, id]);
    };
    const before = await resources();

    names = ["first", "second"];
    for (const [what, response, code] of faults) {
      stack.setEnv("DENCH_BASE_URL", (await scriptedServer(response)).url);
      for (const run of ["refresh", "up", "destroy"] as const) {
        expect(await failureOf(stack[run]()), `${run} against a server that ${what}`).toContain(code);
      }
      expect(await resources(), what).toEqual(before);
    }

    stack.setEnv("DENCH_BASE_URL", gateway.gateway.baseUrl);
    expect((await stack.up()).steps).toEqual(["create second"]);
    expect((await gateway.activeKeys()).map(({ name }) => name).toSorted()).toEqual(["first", "second"]);
  });

  it("only briefly does not fail the run: the provider retries", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => void new dench.GatewayKey("ci", { name: "ci" });
    await stack.up();
    const [key] = await gateway.keys();
    const flaky = await scriptedServer({ status: 503 }, "reset", { status: 200, body: key });
    stack.setEnv("DENCH_BASE_URL", flaky.url);
    expect((await stack.refresh()).steps).toEqual([]);
    expect(flaky.received).toHaveLength(3);
  });
});
