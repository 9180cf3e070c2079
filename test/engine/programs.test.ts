import { expect, it } from "vitest";
import * as dynamic from "../../sdk/dynamic";
import { failureOf } from "../support/failure";
import { describeWithEngine, TestStack } from "../support/stack";

describeWithEngine("a project in which the package is not installed", () => {
  it("fails with the name of the package that the dynamic provider needs", async () => {
    const stack = await TestStack.create({ installed: false });
    stack.program = async () => void new dynamic.GatewayKey("ci");
    expect(await failureOf(stack.up())).toMatch(/Cannot find module '(pulumi-dench\/dynamic-host|@pulumi\/pulumi)/);
  });
});
