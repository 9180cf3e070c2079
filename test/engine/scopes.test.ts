import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { testGateway } from "../support/gateway";
import { type Outcome, TestStack } from "../support/stack";

const WARNING = "scopes[0] is similar to the known scope models:read, but not equal to it.";

/** Returns the number of warnings in a run's summary. The progress output repeats them. */
const warningsOf = ({ output }: Outcome) => (output.split("Diagnostics:")[1] ?? "").split(WARNING).length - 1;

describeByHost("a scope that is similar to a known one", ({ dench }, it) => {
  it("causes one warning in a preview and in an update, also for a replacement, and is applied unchanged", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    let name = "CI";
    let scopes = ["model:read", "files:write"];
    stack.program = async () => void new dench.GatewayKey("ci", { name, scopes });
    expect(warningsOf(await stack.preview())).toBe(1);
    const first = await stack.up();
    expect([first.steps, warningsOf(first)]).toEqual([["create ci"], 1]);
    expect((await gateway.activeKeys()).map((key) => key.scopes)).toEqual([scopes]);

    name = "CD";
    const second = await stack.up();
    expect([second.steps, warningsOf(second)]).toEqual([["create-replacement ci", "delete-replaced ci"], 1]);
    scopes = ["models:read", "files:write"];
    expect(warningsOf(await stack.up())).toBe(0);
  });
});
