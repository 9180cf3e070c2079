import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect } from "vitest";
import { upKilledAfterCreation } from "../faults/crash";
import { CliStack, type YamlResource } from "../support/cli-stack";
import { runCommand } from "../support/command";
import { follow } from "../support/follow";
import { testGateway } from "../support/gateway";
import { readersStack } from "../support/installed";
import { projectRoot } from "../support/project";
import { FaultProxy, isRevocation } from "../support/proxy";
import { it } from "../support/sample";
import { DAY, HOUR } from "../support/scene";
import { describeWithEngine } from "../support/stack";

type Keys = Readonly<Record<string, YamlResource>>;

const key = (properties: object, options?: object): YamlResource => ({ properties, ...(options ? { options } : {}) });

/** Two gateways, and stacks of one project whose runs have a time that the test controls. */
async function scene() {
  const start = Date.now();
  const now = { ms: start };
  const gateway = await testGateway({ clock: () => now.ms });
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const stack = await CliStack.create({
    ...gateway.env,
    DENCH_BASE_URL: `${proxy.url}/api/v1`,
    DENCH_MAX_RETRIES: "0",
  });
  const at = (ageMs: number) => {
    now.ms = start - ageMs;
    stack.env["DENCH_TEST_NOW"] = new Date(now.ms).toISOString();
  };
  const up = async (keys: Keys) => {
    await stack.write(keys);
    return stack.up();
  };
  /** Exports the selected stack, and returns the file. */
  const exported = async (file: string, ...args: string[]) => {
    await stack.run("stack", "export", "--file", file, ...args);
    return join(stack.folder, file);
  };
  return { gateway, proxy, stack, at, up, exported };
}

describeWithEngine("docs/audit.md", () => {
  it("audits a stack, finds a key that was created by hand, and shows the output", async () => {
    const gateway = await testGateway();
    const { folder, env } = await readersStack(gateway, "shop");
    // The package is not published.
    const shell = {
      folder,
      env: { ...env, PATH: [join(projectRoot, "dist"), env["PATH"]].join(delimiter) },
      adapt: (text: string) => text.replaceAll("npx pulumi-dench", "pulumi-dench"),
    };
    const page = "docs/audit.md";
    expect(await follow({ page, heading: "Audit a stack" }, shell)).toContain("No findings.");
    const { id } = await gateway.call("POST", "/api-keys", { name: "Zapier" });
    expect(await follow({ page, heading: "Find unmanaged keys" }, shell)).toContain(id);
  });
});

describeWithEngine("pulumi-dench audit", () => {
  it("finds each of fourteen planted faults in the states of real stacks, and prints no key value", async () => {
    const { gateway, proxy, stack, at, up, exported } = await scene();
    const values: string[] = [];
    proxy.onBody = (body) => values.push(...(body.match(/dg_live_\w{20,}/g) ?? []));

    at(400 * DAY);
    const old = { old: key({ name: "old" }) };
    await up(old);
    at(100 * DAY);
    const unused = { ...old, unused: key({ name: "unused" }) };
    await up(unused);
    at(3 * HOUR);
    const overlap = (team: string) => key({ name: "overdue", rotation: { triggers: { team }, overlap: "1h" } });
    const clean = {
      ...unused,
      overdue: overlap("a"),
      leaked: key({ name: "leaked" }),
      renamed: key({ name: "renamed" }),
      revoked: key({ name: "revoked" }),
      misspelled: key({ name: "misspelled", scopes: ["model:read"] }),
      sandbox: { type: "dench:PrimarySandboxKey" },
    };
    await up(clean);

    // An orphan: the run is killed when the server has created a key.
    await stack.write({ ...clean, crashed: key({ name: "crashed" }) });
    await upKilledAfterCreation({ gateway, proxy, stack });
    await stack.run("cancel", "--yes");
    // A previous key, a key that could not be revoked, and a resource that could not be deleted.
    proxy.onRequest = (request) => (isRevocation(request) ? { status: 500 } : "pass");
    await stack.write({
      ...clean,
      overdue: overlap("b"),
      leaked: key({ name: "leaked", compromised: "INC-1" }),
      renamed: key({ name: "renamed again" }),
    });
    const failed = await stack.start("up", "--yes", "--skip-preview", "--continue-on-error").ended;
    expect(failed.code, failed.output).not.toBe(0);
    proxy.onRequest = () => "pass";
    const outputs = await stack.keysInState();
    const idOf = (name: string) => outputs.find((each) => each.name === name)?.keyId ?? "";
    const oldValue = outputs.find(({ name }) => name === "old")?.key ?? "";
    const dev = await exported("dev.json", "--show-secrets");
    const copy = await exported("copy.json");

    // A second owner, in a stack whose passphrase is not set for the audit.
    await stack.run("stack", "init", "production", "--secrets-provider", "passphrase");
    stack.env["DENCH_IMPORT_KEY"] = oldValue;
    await up({ shared: key({ name: "old", scopes: ["models:read", "chat:completions"] }, { import: idOf("old") }) });
    delete stack.env["DENCH_IMPORT_KEY"];
    const production = await exported("production.json");
    // An orphan of a stack whose state is gone.
    await stack.run("stack", "init", "gone", "--secrets-provider", "passphrase");
    await up({ ci: key({ name: "gone" }) });
    // A stack of another workspace.
    const other = await testGateway();
    await stack.run("stack", "init", "elsewhere", "--secrets-provider", "passphrase");
    Object.assign(stack.env, other.env);
    await up({ ci: key({ name: "elsewhere" }) });
    const elsewhere = await exported("elsewhere.json");

    at(0);
    await gateway.call("POST", "/api-keys", { name: "by hand" });
    await gateway.revoke(idOf("revoked"));
    await gateway.call("POST", "/api-keys/primary/rotate", {});
    expect(await gateway.dataPlane(oldValue)).toBe(200);

    const states = [dev, copy, production, elsewhere];
    const audit = (...args: string[]) => runCommand(["audit", ...states, ...args], { env: gateway.env });
    const { code, stdout, stderr } = await audit("--json");
    expect([code, stderr]).toEqual([2, ""]);
    const { findings }: { findings: { code: string; key: { name: string } | null; where: { stack: string }[] }[] } =
      JSON.parse(stdout);
    expect(
      findings
        .map(({ code, key, where }) => [code, key?.name, ...where.map(({ stack }) => stack)].join(" "))
        .toSorted(),
    ).toEqual([
      "changed_key Primary sandbox key test/test",
      "exported_twice  test/test test/test",
      "misspelled_scope misspelled test/test",
      "old old test/test test/production",
      "orphan crashed test/test",
      "orphan_of_unknown_stack gone",
      "other_workspace  test/elsewhere",
      "pending_delete renamed test/test",
      "previous_key_overdue overdue test/test",
      "revoke_pending leaked test/test",
      "revoked_in_state revoked test/test",
      "two_owners old test/test test/production",
      "unmanaged by hand",
      "unused unused test/test",
    ]);

    // The state has the values of all keys of its stack, and the others were printed by the gateway.
    expect(values.length).toBeGreaterThanOrEqual(12);
    for (const value of values.slice(0, 3)) expect(await readFile(dev, "utf8")).toContain(value);
    for (const format of [[], ["--json"], ["--github"]]) {
      const printed = await audit(...format);
      for (const value of values) expect(printed.stdout + printed.stderr).not.toContain(value);
    }
  });
});
