import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { version } from "../../version";
import { CliStack } from "../support/cli-stack";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { FaultProxy } from "../support/proxy";
import { describeWithEngine } from "../support/stack";

const KEYS = 200;
const NAMES = ["CI/CD", "ci/cd", "CI CD", "ci-cd", "🚀 launch", "Küche", "Ada's laptop", "staging: web", "42", "true"];

describeWithEngine("a workspace of 200 keys that were created manually", () => {
  it("is imported", async () => {
    const gateway = await testGateway();
    const created: { id: string; key: string; name: string }[] = [];
    for (let i = 0; i < KEYS; i++)
      created.push(await gateway.call("POST", "/api-keys", { name: NAMES[i % NAMES.length] }));
    const api = await FaultProxy.before(gateway.gateway.url);
    const dataPlane = await FaultProxy.before(gateway.gateway.gatewayUrl);
    const stack = await CliStack.create({
      ...gateway.env,
      DENCH_BASE_URL: `${api.url}/api/v1`,
      DENCH_GATEWAY_URL: dataPlane.url,
    });
    const head = `name: test\nruntime: yaml\nplugins:\n  providers:\n    - name: dench\n      path: ${projectRoot}\n`;
    await writeFile(join(stack.folder, "Pulumi.yaml"), head);
    const withValue = created.filter((_, i) => i % 2 === 0);
    await writeFile(join(stack.folder, "keys.env"), withValue.map(({ key }, i) => `KEY_${i}="${key}"`).join("\n"));
    stack.env["DENCH_IMPORT_KEYS"] = join(stack.folder, "keys.env");
    await writeFile(
      join(stack.folder, "import.json"),
      JSON.stringify({
        resources: created.map(({ id }, i) => ({ type: "dench:index:GatewayKey", name: `key-${i}`, id, version })),
      }),
    );
    let printed = "";
    const timed = async (...args: string[]) => {
      const t = performance.now();
      const output = await stack.run(...args);
      printed += output;
      console.log(
        args.join(" "),
        Math.round(performance.now() - t),
        "ms",
        "api",
        api.passed.length,
        "dp",
        dataPlane.passed.length,
      );
      const count: Record<string, number> = {};
      for (const { method, path } of api.passed) {
        const k = `${method} ${path.replace(/key_[^?]+/, "ID").replace(/cursor=[^&]+/, "cursor")}`;
        count[k] = (count[k] ?? 0) + 1;
      }
      console.log(count);
      api.passed.length = 0;
      dataPlane.passed.length = 0;
      return output;
    };
    const out = await timed("import", "--file", "import.json", "--yes", "--out", "generated.yaml");
    console.log(out.slice(0, 3000), "…", out.slice(-1500));
    const generated = await readFile(join(stack.folder, "generated.yaml"), "utf8");
    console.log(generated.slice(0, 600));
    await writeFile(join(stack.folder, "Pulumi.yaml"), head + generated);
    await timed("preview", "--expect-no-changes");
    const changed = generated.replace(
      /( {4}properties:\n)( +name: )/,
      "$1      rotation:\n        triggers:\n          owner: pulumi\n$2",
    );
    await writeFile(join(stack.folder, "Pulumi.yaml"), head + changed);
    console.log((await timed("up", "--yes")).slice(-1500));
    await timed("state", "unprotect", "--all", "--yes");
    await timed("destroy", "--yes");
    expect(await gateway.activeKeys()).toEqual([]);
    for (const { key } of created) expect(printed).not.toContain(key);
  });
});
