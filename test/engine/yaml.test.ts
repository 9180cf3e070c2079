import { join } from "node:path";
import { expect, it } from "vitest";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { describeWithEngine, TestStack } from "../support/stack";

describeWithEngine("a YAML project on disk", () => {
  it("makes a key, changes nothing the second time, and revokes it in the end", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env, project: join(projectRoot, "examples/yaml") });
    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(["create ci"]);
    expect(outputs["key"]?.secret).toBe(true);
    expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
    expect((await stack.up()).steps).toEqual([]);
    expect((await stack.destroy()).steps).toEqual(["delete ci"]);
    expect(await gateway.activeKeys()).toEqual([]);
  });
});
