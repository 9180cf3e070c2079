import { expect, it } from "vitest";
import * as dynamic from "../../sdk/dynamic";
import { failureOf } from "../support/failure";
import { describeWithEngine, TestStack } from "../support/stack";

describeWithEngine("a project in which the package is not installed", () => {
  it("is told the name of what the dynamic provider misses", async () => {
    const stack = await TestStack.create({ installed: false });
    stack.program = async () => void new dynamic.GatewayKey("ci");
    expect(await failureOf(stack.up())).toMatch(/Cannot find module '(pulumi-dench\/dynamic-host|@pulumi\/pulumi)/);
  });
});
