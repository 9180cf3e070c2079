import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { SEVERITIES } from "../../provider/inventory/audit/finding";
import { requestIdFor } from "../../provider/resources/request-id";
import { runCommand, startCommand } from "../support/command";
import { type ExportedKey, type ExportedStackOptions, exportedState, urnOf } from "../support/exported";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { FaultProxy } from "../support/proxy";
import { scriptedServer } from "../support/scripted-server";

const DAY_MS = 86_400_000;

/** The response to a request that only admins may send. */
const REFUSAL = {
  status: 403,
  body: JSON.stringify({ error: { message: "no", type: "permission_error", code: "admin_required" } }),
};

/** A workspace and the audits of it. */
async function scene() {
  const now = { ms: Date.now() };
  const gateway = await testGateway({ clock: () => now.ms });
  const folder = await temporaryFolder();
  const { workspace } = await gateway.call("GET", "/status");
  return {
    gateway,
    now,
    create: (name: string, more: object = {}) => gateway.call("POST", "/api-keys", { name, ...more }),
    /** Returns a resource that has a key. */
    resource: (
      { id, last4 }: { id: string; last4: string },
      fields: Partial<ExportedKey> = {},
      outputs = {},
    ): ExportedKey => ({
      name: "ci",
      ...fields,
      outputs: { keyId: id, last4, workspaceId: workspace.id, ...outputs },
    }),
    /** Writes a state, and returns its file. */
    async state(file: string, keys: readonly ExportedKey[], options?: ExportedStackOptions) {
      await writeFile(join(folder, file), exportedState(keys, options));
      return join(folder, file);
    },
    audit: (...args: string[]) => runCommand(["audit", ...args], { env: gateway.env }),
  };
}

const Place = z.strictObject({ stack: z.string().nullable(), file: z.string(), urn: z.string().optional() });
const Usage = z.strictObject({ activeKeys: z.int(), requests: z.int(), costUsd: z.number() });
/** Version 1 of the JSON report. A change that makes this fail needs another version. */
const Report = z.strictObject({
  version: z.literal(1),
  workspace: z.strictObject({ id: z.string(), name: z.string(), slug: z.string() }),
  findings: z.array(
    z.strictObject({
      code: z.string(),
      severity: z.enum(["error", "warning"]),
      key: z.strictObject({ id: z.string(), name: z.string().nullable(), last4: z.string().nullable() }).nullable(),
      where: z.array(Place),
      message: z.string(),
      advice: z.string(),
    }),
  ),
  ignored: z.int(),
  notCompared: z.array(z.string()),
  keys: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      kind: z.string(),
      status: z.string(),
      last4: z.string(),
      scopes: z.array(z.string()),
      createdAt: z.iso.datetime(),
      lastUsedAt: z.iso.datetime().nullable().optional(),
      requests: z.int(),
      costUsd: z.number(),
      declared: z.array(
        Place.extend({
          urn: z.string(),
          type: z.enum(["GatewayKey", "PrimarySandboxKey"]),
          provider: z.enum(["plugin", "dynamic"]),
          as: z.enum(["current", "previous", "to be revoked"]),
        }),
      ),
    }),
  ),
  usage: z.strictObject({
    stacks: z.array(z.strictObject({ stack: z.string(), file: z.string(), environment: z.string(), ...Usage.shape })),
    environments: z.array(z.strictObject({ environment: z.string(), ...Usage.shape })),
    unmanaged: Usage,
    primary: Usage.nullable(),
    revoked: Usage,
    total: Usage,
  }),
});

it("exits with 0 if each key has one owner, and shows where it is declared and what each environment used", async () => {
  const { gateway, create, resource, state, audit } = await scene();
  const [current, previous, worker] = [await create("CI/CD"), await create("CI/CD"), await create("Worker")];
  for (const key of [current, worker, worker]) expect(await gateway.dataPlane(key.key)).toBe(200);
  const overlap = { previousKeyId: previous.id, previousKeyRevokeAt: new Date(Date.now() + DAY_MS).toISOString() };
  const dev = await state("dev.json", [resource(current, {}, overlap)]);
  const other = await state("other.json", [resource(worker, { name: "worker", isDynamic: true })], {
    name: "site/dev",
  });
  const { code, stdout, stderr } = await audit(dev, other);
  expect([code, stderr]).toEqual([0, ""]);
  const [, keys = "", usage = "", ...rest] = stdout.split("\n\n");
  expect(keys.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["Key", "Name", "Last 4", "Stack", "Resource", "As"],
    [expect.any(String), "Primary sandbox key", expect.any(String), "-", "-", "primary"],
    [worker.id, "Worker", `…${worker.last4}`, "site/dev", "worker", "current (dynamic)"],
    [previous.id, "CI/CD", `…${previous.last4}`, "shop/dev", "ci", "previous"],
    [current.id, "CI/CD", `…${current.last4}`, "shop/dev", "ci", "current"],
  ]);
  expect(usage.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["Environment", "Stack", "Active keys", "Requests, 30 days", "Cost, 30 days"],
    ["dev", "shop/dev", "2", "1", "$0.00"],
    ["dev", "site/dev", "1", "2", "$0.00"],
    ["dev", "(all stacks)", "3", "3", "$0.00"],
    ["(unmanaged)", "-", "0", "0", "$0.00"],
    ["(primary key)", "-", "1", "0", "$0.00"],
    ["(total)", "-", "4", "3", "$0.00"],
  ]);
  expect(rest).toEqual(["No findings.\n"]);
});

it("exits with 2 at a finding, and names the key, the place and what to do next", async () => {
  const { gateway, create, resource, state, audit } = await scene();
  const { id, last4 } = await create("by hand");
  const gone = await create("gone");
  await gateway.revoke(gone.id);
  const file = await state("dev.json", [resource(gone)]);
  const { code, stdout } = await audit(file);
  expect(code).toBe(2);
  expect(stdout).toContain(`error revoked_in_state: The status of this key is revoked.
  ${gone.id} "gone" …${gone.last4}
    shop/dev (${file})
    ${urnOf("shop/dev", "ci")}
  Run \`pulumi up\` in shop/dev, which creates another key; if it ran after the export, export the
  state again.

warning unmanaged: No given state has this active key.
  ${id} "by hand" …${last4}
  Adopt it with \`pulumi-dench adopt\`, or revoke it at Settings → API Keys.

2 findings: 1 error, 1 warning.
`);
  expect(await audit(file, "--ignore", "unmanaged", "--ignore", "revoked_in_state")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\nNo findings\. 2 findings ignored\.\n$/),
  });
});

it("prints JSON of the documented form, and nothing else on stdout", async () => {
  const { create, resource, state, audit } = await scene();
  const [key, other] = [await create("CI/CD"), await create("by hand")];
  const file = await state("dev.json", [resource(key)]);
  const { code, stdout, stderr } = await audit(file, "--json");
  expect([code, stderr]).toEqual([2, ""]);
  const report = Report.parse(JSON.parse(stdout));
  expect(report.findings).toMatchObject([{ code: "unmanaged", key: { id: other.id, name: "by hand" }, where: [] }]);
  expect(report.keys.find(({ id }) => id === key.id)?.declared).toEqual([
    { stack: "shop/dev", file, urn: urnOf("shop/dev", "ci"), type: "GatewayKey", provider: "plugin", as: "current" },
  ]);
  expect(report.usage.stacks).toMatchObject([{ stack: "shop/dev", environment: "dev", activeKeys: 1 }]);
});

it("prints a workflow command for each finding with --github, in which a name can start no command", async () => {
  const { create, audit } = await scene();
  const { id, last4 } = await create("50%\n::error::forged");
  const { code, stdout } = await audit("--github");
  expect(code).toBe(2);
  expect(stdout.split("\n").filter((line) => line.startsWith("::"))).toEqual([
    `::warning title=unmanaged::${id} "50%25::error::forged" …${last4}: No given state has this active key. Adopt it with \`pulumi-dench adopt\`, or revoke it at Settings → API Keys.`,
  ]);
});

it("prints no control characters of names, and fits long names into 100 columns", async () => {
  const { create, resource, state, audit } = await scene();
  const key = await create(`\u001b[31mred\u202e ${"long name ".repeat(15)}鍵鍵鍵鍵`);
  const name = "a-very-long-name-of-a-resource-in-a-component";
  const stack = `project-with-a-long-name/${"production-".repeat(5)}eu`;
  const file = await state("production.json", [resource(key, { name, isPendingDelete: true })], { name: stack });
  for (const format of [[], ["--json"], ["--github"]]) {
    const { stdout } = await audit(file, ...format);
    expect(stdout).toContain("red");
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
  }
  const { stdout } = await audit(file);
  const lines = stdout.split("\n").filter((line) => !/^ +(urn:|project-|\()/.test(line));
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

it("finds unused and old keys by the days that the options give", async () => {
  const { gateway, now, create, audit } = await scene();
  const present = now.ms;
  now.ms = present - 40 * DAY_MS;
  const [used, unused] = [await create("used"), await create("unused")];
  now.ms = present;
  await gateway.dataPlane(used.key);
  const codes = async (...args: string[]) => {
    const { findings } = Report.parse(JSON.parse((await audit("--json", "--ignore", "unmanaged", ...args)).stdout));
    return findings.map(({ code, key }) => `${code} ${key?.name}`);
  };
  expect(await codes()).toEqual([]);
  expect(await codes("--unused-days", "39")).toEqual([`unused ${unused.name}`]);
  expect(await codes("--unused-days", "off", "--max-age-days", "39")).toEqual(["old unused", "old used"]);
});

it("sends a request for a hundred keys and two more, however many states there are", async () => {
  const { gateway, create, resource, state } = await scene();
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const keys = [];
  for (let index = 0; index < 201; index += 1) keys.push(await create(`key ${index}`));
  const file = await state(
    "dev.json",
    keys.map((key, index) => resource(key, { name: `key-${index}` })),
  );
  const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` };
  expect(await runCommand(["audit", file], { env })).toMatchObject({ code: 0, stderr: "" });
  expect(proxy.passed.map(({ path }) => path.replace(/\?.*$/, "")).toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => "/api/v1/api-keys"),
    "/api/v1/api-keys/primary",
    "/api/v1/status",
  ]);
});

it("counts a key once that is on two pages, and as revoked if it was revoked between them", async () => {
  const { gateway, create, resource, state } = await scene();
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const keys = [];
  for (let index = 0; index < 101; index += 1) keys.push(await create(`key ${index}`));
  const [oldest, second, third] = keys;
  // The first page has the newest keys, so only the oldest one is on the second page.
  let pages = 0;
  proxy.onRequest = async ({ path }) => {
    if (path.startsWith("/api/v1/api-keys?")) pages += 1;
    if (pages === 2) await gateway.revoke(second.id);
    return "pass" as const;
  };
  let first: { items: { id: string }[] } | undefined;
  proxy.rewrite = (body, { path }) => {
    if (!path.startsWith("/api/v1/api-keys?")) return body;
    const page = JSON.parse(body);
    if (first === undefined) {
      first = page;
      return body;
    }
    const again = first.items.filter(({ id }) => id === second.id || id === third.id);
    return JSON.stringify({
      ...page,
      items: [
        ...again.map((key) => (key.id === second.id ? { ...key, status: "revoked", revokedAt: 1 } : key)),
        ...page.items,
      ],
    });
  };
  const file = await state(
    "dev.json",
    keys.map((key, index) => resource(key, { name: `key-${index}` })),
  );
  const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` };
  const { stdout } = await runCommand(["audit", file, "--json"], { env });
  const report = Report.parse(JSON.parse(stdout));
  expect(pages).toBe(2);
  expect(report.findings).toMatchObject([{ code: "revoked_in_state", key: { id: second.id } }]);
  expect(report.keys).toHaveLength(102);
  expect(report.usage.total.activeKeys).toBe(101);
  expect(report.keys.at(-1)?.id).toBe(oldest.id);
});

it("shows a member the same as an admin, since the API hides nothing from members", async () => {
  const { gateway, create, audit } = await scene();
  await create("by hand");
  const env = { ...gateway.env, DENCH_API_KEY: gateway.gateway.memberToken };
  expect(await runCommand(["audit"], { env })).toEqual(await audit());
});

it("says that the token may not read the primary sandbox key, and compares the other keys", async () => {
  const { gateway, create } = await scene();
  await create("by hand");
  const proxy = await FaultProxy.before(gateway.gateway.url);
  proxy.onRequest = ({ path }) => (path.endsWith("/primary") ? REFUSAL : "pass");
  const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` };
  const { code, stdout } = await runCommand(["audit"], { env });
  expect(code).toBe(2);
  expect(stdout).toContain("\nThe token may not read the primary sandbox key, so that key was not compared.\n");
  expect(stdout).toContain("warning unmanaged");
});

it("compares a state of another workspace with nothing, and says so", async () => {
  const { create, resource, state, audit } = await scene();
  const key = await create("here");
  const own = await state("own.json", [resource(key)]);
  const other = await state("other.json", [resource(key, {}, { workspaceId: "org_other" })], { name: "other/dev" });
  const { code, stdout } = await audit(own, other);
  expect(code).toBe(2);
  expect(stdout).toContain("warning other_workspace: The state has keys of another workspace, with the ID org_other,");
  expect(stdout).toMatch(/\n1 finding: 0 errors, 1 warning\.\n$/);
});

it("tells an orphan of a given stack from one of an unknown stack", async () => {
  const { create, state, audit } = await scene();
  const instance = randomUUID();
  await create("known", { requestId: requestIdFor(instance, urnOf("shop/dev", "new")) });
  await create("unknown", { requestId: requestIdFor(randomUUID(), "key_gone") });
  const { stdout } = await audit(await state("dev.json", [], { instance }), "--json");
  const { findings } = Report.parse(JSON.parse(stdout));
  expect(findings.map(({ code, key }) => [code, key?.name])).toEqual([
    ["orphan", "known"],
    ["orphan_of_unknown_stack", "unknown"],
  ]);
});

it("reads a state from stdin", async () => {
  const { gateway, create, resource } = await scene();
  const stdin = exportedState([resource(await create("in a state"))]);
  expect(await runCommand(["audit", "-"], { env: gateway.env, stdin })).toMatchObject({ code: 0, stderr: "" });
});

it("stops with 130 at Ctrl-C, while it waits for the server", async () => {
  const server = await scriptedServer("silence");
  const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: randomUUID() };
  const running = startCommand(["audit"], { env });
  await expect.poll(() => server.received).toHaveLength(1);
  running.interrupt();
  expect(await running.ended).toEqual({
    code: 130,
    stdout: "",
    stderr: "Stopped: the command was canceled. [dench:canceled]\n",
  });
});

describe("exits with 1, the reason and what to do next if", () => {
  const failure = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await runCommand(["audit", ...args], { env });
    expect([code, stdout]).toEqual([1, ""]);
    return stderr;
  };
  const withToken = { DENCH_API_KEY: randomUUID() };

  it.each([
    ["an empty file", ""],
    ["a text", "name: shop\n"],
    ["other JSON", "{}"],
  ])("a file is not a state: %s", async (_what, content) => {
    const file = join(await temporaryFolder(), "dev.json");
    await writeFile(file, content);
    expect(await failure([file], withToken)).toBe(
      `Could not read ${file}: it is not an exported stack state. Write one with \`pulumi stack export --file\`. [dench:invalid_state]\n`,
    );
  });

  it("stdin is empty", async () => {
    expect(await failure(["-"], withToken)).toMatch(/^Could not read stdin: it is not an exported stack state\./);
  });

  it("there is no token", async () => {
    expect(await failure([])).toBe(
      "Could not connect to the workspace: no token is set. Set the environment variable DENCH_API_KEY, and run again. [dench:no_token]\n",
    );
  });

  it("the server refuses the token, which is not printed", async () => {
    const gateway = await testGateway();
    const token = randomUUID();
    const text = await failure([], { ...gateway.env, DENCH_API_KEY: token });
    expect(text).toMatch(/the environment variable DENCH_API_KEY.*\[dench:unauthorized\]\n$/s);
    expect(text).not.toContain(token);
  });

  it("the token belongs to another workspace than DENCH_WORKSPACE", async () => {
    const gateway = await testGateway();
    expect(await failure([], { ...gateway.env, DENCH_WORKSPACE: "acme" })).toMatch(/\[dench:wrong_workspace\]\n$/);
  });

  it("the server cannot be reached", async () => {
    const { url } = await scriptedServer("reset");
    const env = { DENCH_BASE_URL: url, DENCH_API_KEY: randomUUID(), DENCH_MAX_RETRIES: "0" };
    expect(await failure([], env)).toMatch(/\[dench:unreachable\]\n$/);
  });

  it("the token may not list the keys", async () => {
    const gateway = await testGateway();
    const proxy = await FaultProxy.before(gateway.gateway.url);
    proxy.onRequest = ({ path }) => (path.startsWith("/api/v1/api-keys") ? REFUSAL : "pass");
    const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` };
    expect(await failure([], env)).toMatch(/^Could not list the gateway keys: .+\[dench:admin_required\]\n$/);
  });

  it.each([
    ["an unknown option", ["--unknown"], /--unknown/],
    ["days that are no number", ["--unused-days", "many"], /^--unused-days must be a number of days/],
    ["no days", ["--max-age-days", "0"], /^--max-age-days must be a number of days/],
    ["an unknown code", ["--ignore", "unmanagd"], /not "unmanagd"\. Did you mean unmanaged\?$/],
    ["a word that is like no code", ["--ignore", "x"], new RegExp(`${Object.keys(SEVERITIES).join(", ")}\\.$`)],
    ["two formats", ["--json", "--github"], /^--json and --github exclude each other\.$/],
  ])("the command line has %s", async (_what, args, problem) => {
    const [first, ...rest] = (await failure(args)).split("\n");
    expect(first).toMatch(problem);
    expect(rest).toEqual(['Run "pulumi-dench audit --help" for the options.', ""]);
  });
});
