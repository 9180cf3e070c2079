import { expect } from "vitest";
import { PROGRAM } from "../../gateway/dashboard/no-keys";
import { describeByHost } from "../support/by-host";
import { testGateway } from "../support/gateway";
import { programOf } from "../support/program";
import { TestStack } from "../support/stack";
import { describeWithChromium, Person, sharedBrowser } from "./person";

describeWithChromium("a key of a program on the page", () => {
  const browser = sharedBrowser();

  describeByHost("in a stack", ({ host, dench }, it) => {
    it("is listed; after it is revoked in the browser, preview detects the revocation and up replaces the key", async () => {
      const gateway = await testGateway();
      const stack = await TestStack.create({ env: gateway.env });
      // The page of an empty workspace shows this program for the plugin.
      stack.program =
        host === "the plugin"
          ? await programOf(PROGRAM)
          : async () => ({ key: new dench.GatewayKey("ci", { name: "CI/CD" }).key });
      const { outputs } = await stack.up();
      expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);

      const person = await Person.admin(browser(), gateway);
      await person.chooseFromMenu("CI/CD", "Revoke key");
      await person.dialog.getByRole("button", { name: "Revoke key" }).click();
      await person.page.getByText("The key CI/CD was revoked.").waitFor();

      const preview = await stack.preview();
      expect(preview.steps).toEqual(["create-replacement ci", "delete-replaced ci"]);
      if (host === "the plugin") {
        expect(preview.output).toMatch(/key_\w+ was revoked outside of this program: creates a new key/);
      }
      const after = await stack.up();
      expect(await gateway.dataPlane(after.outputs["key"]?.value)).toBe(200);
      await person.page.getByRole("link", { name: "All" }).click();
      await person.row("CI/CD").nth(1).waitFor();
      expect(await person.row("CI/CD").getByText("Active").count()).toBe(1);
      expect(await person.row("CI/CD").getByText("Revoked").count()).toBe(1);
    });
  });
});
