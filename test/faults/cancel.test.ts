import { expect, it } from "vitest";
import { cliScene } from "../support/cli-scene";
import { isCreation } from "../support/proxy";
import { describeWithEngine } from "../support/stack";
import { expectConverged } from "./crash";

describeWithEngine("one Ctrl-C", () => {
  it("lets running requests finish, starts no new ones, and leaves a correct state", async () => {
    const now = await cliScene();
    const keys = Object.fromEntries(
      Array.from({ length: 3 }, (_, index) => [
        `key-${index}`,
        { properties: { name: `key ${index}` }, options: index > 0 ? { dependsOn: [`\${key-${index - 1}}`] } : {} },
      ]),
    );
    await now.stack.write(keys);
    let creations = 0;
    const run = now.stack.start("up", "--yes", "--skip-preview");
    now.proxy.onResponse = (request) => {
      if (!isCreation(request)) return "pass";
      creations += 1;
      // The user cancels while the response is on its way.
      run.interrupt();
      return "pass";
    };
    const { code } = await run.ended;
    now.proxy.onResponse = () => "pass";
    expect(code).not.toBe(0);
    expect(creations).toBe(1);
    expect((await now.stack.keysInState()).map(({ name }) => name)).toEqual(["key-0"]);
    await now.stack.recover();
    await expectConverged(now, Object.keys(keys));
  });

  it("ends a wait between attempts immediately", async () => {
    const now = await cliScene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    const run = now.stack.start("up", "--yes", "--skip-preview");
    now.proxy.onRequest = (request) => {
      if (!isCreation(request)) return "pass";
      run.interrupt();
      return { status: 503, headers: { "retry-after": "100" } };
    };
    await run.ended;
    now.proxy.onRequest = () => "pass";
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
  });

  it("ends a list of keys with endless pages", async () => {
    const now = await cliScene();
    await now.stack.write({ ci: { properties: { name: "CI" } } });
    await now.stack.up();
    now.stack.env["DENCH_DRIFT_CHECK"] = "required";
    const run = now.stack.start("preview");
    let pages = 0;
    now.proxy.onRequest = ({ path }) => {
      if (!path.includes("/api-keys?")) return "pass";
      pages += 1;
      if (pages === 3) run.interrupt();
      return { status: 200, body: JSON.stringify({ items: [], cursor: String(pages) }) };
    };
    const { code } = await run.ended;
    expect(code).not.toBe(0);
    expect(pages).toBeLessThan(1000);
  });

  it("ends the wait for a key to be ready immediately, and keeps the key", async () => {
    const now = await cliScene();
    now.stack.env["DENCH_GATEWAY_URL"] = now.proxy.url;
    await now.stack.write({ ci: { properties: { name: "CI", waitUntilReady: true } } });
    const run = now.stack.start("up", "--yes", "--skip-preview");
    now.proxy.onRequest = ({ path }) => {
      if (!path.startsWith("/v1/models")) return "pass";
      run.interrupt();
      return { status: 401 };
    };
    await run.ended;
    now.proxy.onRequest = () => "pass";
    const [made] = await now.stack.keysInState();
    expect(made?.keyId).toMatch(/^key_/);
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
    expect((await now.stack.keysInState())[0]?.keyId).toBe(made?.keyId);
  });
});
