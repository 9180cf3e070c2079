import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { requestIdFor } from "../../provider/resources/request-id";
import { version } from "../../version";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { readersStack } from "../support/installed";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

describeWithEngine("pulumi import --from dench", () => {
  async function scene() {
    const gateway = await testGateway();
    const stack = await readersStack(gateway, "shop");
    const plugin = join(projectRoot, "pulumi-resource-dench");
    await stack.run("plugin", "install", "converter", "dench", version, "--file", plugin);
    const imports = (...args: string[]) =>
      stack.run("import", "--from", "dench", "--yes", "--skip-preview", "--out", "keys.yaml", "--", ...args);
    return { gateway, stack, imports };
  }

  it("imports keys with any names by a member's token, and a preview of the generated program has no changes", async () => {
    const { gateway, stack, imports } = await scene();
    const names = ["CI/CD", "ci cd", "null", "true", "range", "語", "2 start", "x".repeat(200)];
    const ids: string[] = [];
    for (const name of names) ids.push((await gateway.call("POST", "/api-keys", { name })).id);
    const requestId = requestIdFor(crypto.randomUUID(), "key_1");
    await gateway.call("POST", "/api-keys", { name: "of another stack", requestId });
    stack.env["DENCH_API_KEY"] = gateway.gateway.memberToken;

    expect(await imports()).toContain("8 of 10 keys to import. Skipped: 1 created by this provider; 1 primary");
    expect((await stack.keysInState()).map(({ keyId }) => keyId).sort()).toEqual(ids.sort());
    const declarations = await readFile(join(stack.folder, "keys.yaml"), "utf8");
    await writeFile(join(stack.folder, "Pulumi.yaml"), `name: shop\nruntime: yaml\n${declarations}`);
    await stack.run("preview", "--expect-no-changes");

    await stack.run("stack", "export", "--file", "dev.json");
    expect(await imports("--known", "dev.json")).toContain(
      "There is no key to import. Skipped: 8 in a state of --known;",
    );
  });

  it("fails with the reason, its code and the next step, and without the token", async () => {
    const { gateway, stack, imports } = await scene();
    const failure = async (env: NodeJS.ProcessEnv, ...args: string[]) => {
      const before = { ...stack.env };
      Object.assign(stack.env, env);
      const text = await failureOf(imports(...args));
      Object.assign(stack.env, before);
      expect(text).not.toContain(gateway.gateway.adminToken);
      return text;
    };
    expect(await failure({ DENCH_API_KEY: "" })).toMatch(/DENCH_API_KEY.+\[dench:no_token\]/);
    expect(await failure({ DENCH_WORKSPACE: "other" })).toContain("[dench:wrong_workspace]");
    expect(await failure({ DENCH_BASE_URL: "http://127.0.0.1:1", DENCH_MAX_RETRIES: "0" })).toContain(
      "[dench:unreachable]",
    );
    expect(await failure({}, "--known", "none.json")).toMatch(/no such file.+\[dench:invalid_state\]/);
    expect(await failure({}, "--known", "-")).toMatch(/stdin.+\[dench:invalid_arguments\]/);
    expect(await failure({}, "--other")).toMatch(/use only --known FILE.+\[dench:invalid_arguments\]/);
  });
});
