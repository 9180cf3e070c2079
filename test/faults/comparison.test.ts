import { expect, it } from "vitest";
import { cliScene } from "../support/cli-scene";
import { tableAfter } from "../support/documented";
import { failureOf } from "../support/failure";
import { follow } from "../support/follow";
import { describeWithEngine } from "../support/stack";
import { comparedFaults, leftBy } from "./comparison";
import { expectConverged, upKilledAfterCreation } from "./crash";

const page = "docs/reliability.md";

/** Returns this provider's cell of a row. */
async function resultOf(fault: string): Promise<string | undefined> {
  const rows = await tableAfter(page, "## Compared with two Terraform providers");
  return rows.find(([name]) => name === fault)?.[1];
}

describeWithEngine(page, () => {
  it.each(comparedFaults)("shows the result after: $name", async (fault) => {
    const { firstRun, live, inState } = await leftBy(fault, await cliScene());
    expect(await resultOf(fault.name)).toBe(`${live} / ${inState}, the first run ${firstRun}`);
    expect(live).toBe(inState);
  });

  it("says that rejected reads do not plan a new key", async () => {
    const { stack, proxy, gateway } = await cliScene();
    await stack.write({ a: { properties: { name: "a" } }, b: { properties: { name: "b" } } });
    await stack.up();
    const before = await gateway.keys();
    proxy.onRequest = ({ method, path }) =>
      method === "GET" && path.startsWith("/api/v1/api-keys")
        ? { status: 403, body: JSON.stringify({ error: "key not found (404)" }) }
        : "pass";
    expect(await failureOf(stack.up())).toContain("[dench:forbidden]");
    expect(await gateway.keys()).toEqual(before);
    const counts = `${before.length} / ${(await stack.keysInState()).length}`;
    const row = "reads respond with 403, and a body that contains `not found` or `404`";
    expect(await resultOf(row)).toBe(`${counts}, the run fails with \`forbidden\``);
  });

  it("says that a preview prints no key value when the server is down", async () => {
    const { stack, proxy } = await cliScene();
    await stack.write({ ci: { properties: { name: "CI" } } });
    await stack.up();
    let requests = 0;
    proxy.onRequest = () => {
      requests += 1;
      return "cut";
    };
    stack.env["DENCH_MAX_RETRIES"] = "0";
    const { output } = await stack.start("preview").ended;
    expect(requests).toBeGreaterThan(0);
    for (const { key } of await stack.keysInState()) expect(output).not.toContain(key);
    expect(await resultOf("the server is down during a preview or plan")).toBe("no value printed");
  });

  it("shows the commands that recover a killed run", async () => {
    const now = await cliScene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    await upKilledAfterCreation(now);
    const heading = "Recover from an interrupted run";
    await follow({ page, heading }, { folder: now.stack.folder, env: now.stack.env });
    await expectConverged(now, ["ci"]);
  });
});
