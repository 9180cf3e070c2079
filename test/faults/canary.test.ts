import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect, promisify } from "node:util";
import { expect, onTestFinished, vi } from "vitest";
import * as dynamic from "../../sdk/dynamic";
import { CliStack } from "../support/cli-stack";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { FaultProxy, type Passing, type ProxyAction } from "../support/proxy";
import { cellsOf, it, itByAmount } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

const METHODS = ["GET", "POST", "DELETE"];
const LOUD = ["-v=9", "--logtostderr"];

/** Starts a gateway, and collects its key values and the arguments of every process that ran during a request. */
async function watchedGateway() {
  const gateway = await testGateway();
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const { adminToken, memberToken } = gateway.gateway;
  const secrets = new Set([adminToken, memberToken]);
  const processes: string[] = [];
  proxy.onBody = (body) => {
    for (const [, value = ""] of body.matchAll(/"key":"([^"]+)"/g)) secrets.add(value);
  };
  proxy.onRequest = async (): Promise<ProxyAction> => {
    processes.push((await promisify(execFile)("ps", ["-e", "-o", "args="])).stdout);
    return "pass";
  };
  const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1`, DENCH_LOG: "debug", DENCH_MAX_RETRIES: "0" };
  return { gateway, proxy, env, secrets, processes };
}

/** Returns responses of a failing server that contain every secret and the request. */
function leakingResponses(secrets: ReadonlySet<string>): ((request: Passing) => ProxyAction)[] {
  const fail = (status: number, code: string) => (request: Passing) => {
    const leaked = [...secrets].join(" ") + JSON.stringify(request);
    const error = { message: leaked, type: leaked, code, details: [{ path: leaked, message: leaked }] };
    return { status, body: JSON.stringify({ error }), headers: { "x-leaked": "yes" } };
  };
  return [
    fail(400, "invalid_request"),
    fail(401, "unauthorized"),
    fail(403, "admin_required"),
    fail(404, "not_found"),
    fail(409, "request_id_used"),
    fail(429, "rate_limited"),
    fail(500, "internal_error"),
    fail(503, [...secrets].join(" ")),
    () => ({ status: 200, body: [...secrets].join(" ") }),
    // Valid for every operation, with secrets in each field.
    ({ method, path }) => {
      const leaked = [...secrets].join(" ");
      const workspace = { id: leaked, name: leaked, slug: leaked };
      const caller = { id: leaked, name: leaked, role: leaked, keyId: leaked };
      const usage = { requests: 0, costUsd: 0 };
      const key = {
        id: leaked,
        name: leaked,
        kind: path.includes("/primary") ? "primary" : "additional",
        prefix: leaked,
        last4: leaked,
        scopes: [leaked],
        status: leaked,
        createdAt: Date.now(),
        createdBy: { id: leaked, name: leaked },
        lastUsedAt: null,
        revokedAt: null,
        requestId: leaked,
        usage30d: usage,
      };
      const everything = {
        workspace,
        caller,
        items: [key],
        cursor: leaked,
        ...key,
        ...usage,
        keyId: leaked,
        days: 30,
        daily: [],
      };
      const status = method === "POST" && path.endsWith("/api-keys") ? 201 : 200;
      return { status, body: JSON.stringify({ ...everything, key: [...secrets].at(-1) }) };
    },
    () => ({ status: 302, headers: { location: `http://127.0.0.1/?${[...secrets].join("&")}` } }),
  ];
}

async function filesIn(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"));
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path) => [path, await readFile(path, "utf8")] as [string, string]));
}

function expectNowhere(secrets: ReadonlySet<string>, places: readonly [string, string][]): void {
  const leaks = places.filter(([, text]) => [...secrets].some((secret) => text.includes(secret)));
  expect(leaks.map(([place]) => place)).toEqual([]);
}

describeWithEngine("no key value and no token is written in plain text", () => {
  itByAmount("by the plugin, through every operation and function, with failing servers and full logging", async () => {
    const { gateway, proxy, env, secrets, processes } = await watchedGateway();
    const stack = await CliStack.create(env);
    // The engine's own dump contains secrets by design: the test enables it, but does not search it.
    stack.env["PULUMI_DEBUG_GRPC"] = "/dev/null";
    const printed: [string, string][] = [];
    const run = async (...args: string[]) => {
      const { code, output } = await stack.start(...args, ...LOUD).ended;
      printed.push([args.join(" "), output]);
      return code;
    };
    const up = () => run("up", "--yes", "--skip-preview");
    const program = (team: string, more: object = {}) =>
      stack.write({
        ci: { properties: { name: "CI", rotation: { triggers: { team }, overlap: "24h" }, ...more } },
        plain: { properties: { name: `plain ${team}` } },
        primary: { type: "dench:PrimarySandboxKey", properties: { rotation: { triggers: { team } } } },
      });

    await program("1");
    expect(await up()).toBe(0);
    await program("2");
    expect(await run("preview", "--diff", "--save-plan", join(stack.folder, "plan.json"))).toBe(0);
    expect(await up()).toBe(0);
    expect(await run("refresh", "--yes", "--skip-preview")).toBe(0);
    await program("2", { compromised: "INC-1" });
    expect(await up()).toBe(0);

    const pass = proxy.onRequest;
    for (const [index, [response, method]] of cellsOf(leakingResponses(secrets), [...METHODS, "refresh"]).entries()) {
      proxy.onRequest = async (request) =>
        request.method === method || method === "refresh" ? response(request) : pass(request);
      await program(`${index}`, { compromised: `INC-${index}` });
      if (method === "refresh") await run("refresh", "--yes", "--skip-preview");
      else await up();
    }
    proxy.onRequest = pass;
    expect(await up()).toBe(0);

    const made = await gateway.call("POST", "/api-keys", { name: "imported" });
    secrets.add(made.key);
    const other = await gateway.call("POST", "/api-keys", { name: "other" });
    secrets.add(other.key);
    stack.env["DENCH_IMPORT_KEY"] = made.key;
    // Not in the stack's folder, which is searched for secrets.
    const values = join(await temporaryFolder(), "keys.env");
    await writeFile(values, `OTHER=${other.key}\n`);
    stack.env["DENCH_IMPORT_KEYS"] = values;
    stack.env["DENCH_GATEWAY_URL"] = proxy.url;
    const quiet = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
    const importAs = (name: string, id: string) => run("import", "dench:index:GatewayKey", name, id, ...quiet);
    const [leaking = pass] = leakingResponses(secrets).slice(-1);
    proxy.onRequest = async (request) => (request.path === "/v1/models" ? leaking(request) : pass(request));
    expect(await importAs("checked", other.id)).toBe(0);
    proxy.onRequest = async (request) => leaking(request);
    expect(await importAs("unread", other.id)).not.toBe(0);
    proxy.onRequest = pass;
    expect(await importAs("imported", made.id)).toBe(0);
    const plugin = ["--package", join(projectRoot, "pulumi-resource-dench")];
    await run("do", ...plugin, "dench:index:GatewayKey", "create", "--stateless", "--name", "done");
    await run("do", ...plugin, "dench:index:GatewayKey", "read", made.id, "--stateless");
    expect(await run("do", ...plugin, "dench:index:GatewayKey", "list", "--status", "all")).toBe(0);
    expect(await run("do", ...plugin, "dench:index:getGatewayKey", "--key-id", made.id)).toBe(0);
    expect(await run("do", ...plugin, "dench:index:getKeyUsage", "--key-id", made.id)).toBe(0);
    expect(await run("do", ...plugin, "dench:index:getWorkspace")).toBe(0);
    for (const response of [pass, ...leakingResponses(secrets)]) {
      proxy.onRequest = async (request) => response(request);
      await run("do", ...plugin, "dench:index:getGatewayKeys", "--include-revoked");
    }
    proxy.onRequest = pass;
    expect(await run("destroy", "--yes", "--skip-preview")).toBe(0);

    expect(secrets.size).toBeGreaterThan(8);
    expectNowhere(secrets, [...printed, ...(await filesIn(stack.folder)), ["process arguments", processes.join("\n")]]);
  });

  itByAmount("by the dynamic provider, through every operation, with failing servers", async () => {
    const { proxy, env, secrets, processes } = await watchedGateway();
    const stack = await TestStack.create({ env });
    const printed: [string, string][] = [];
    let name = "first";
    let compromised = "";
    stack.program = async () => {
      const rotation = { triggers: { team: name }, overlap: "24h" };
      const ci = new dynamic.GatewayKey("ci", { name: "CI", rotation, compromised });
      new dynamic.GatewayKey("plain", { name: `plain ${name}` });
      new dynamic.PrimarySandboxKey("primary", { rotation: { triggers: { team: name } } });
      return { key: ci.key, previousKey: ci.previousKey };
    };
    const run = async (command: "up" | "preview" | "refresh" | "destroy") => {
      const lines: string[] = [];
      const listen = (text: string) => lines.push(text);
      // Without -v=9, because Pulumi's SDK for Node then logs the values that the program registers.
      const options = { onOutput: listen, onError: listen };
      const ended = await stack.stack[command](options).then(
        () => true,
        (error: unknown) => {
          lines.push(String(error));
          return false;
        },
      );
      printed.push([command, lines.join("")]);
      return ended;
    };

    expect(await run("up")).toBe(true);
    name = "second";
    expect(await run("preview")).toBe(true);
    expect(await run("up")).toBe(true);
    expect(await run("refresh")).toBe(true);
    const pass = proxy.onRequest;
    for (const [index, [response, method]] of cellsOf(leakingResponses(secrets), METHODS).entries()) {
      proxy.onRequest = async (request) => (request.method === method ? response(request) : pass(request));
      name = `${index}`;
      compromised = `INC-${index}`;
      await run("up");
    }
    proxy.onRequest = pass;
    expect(await run("up")).toBe(true);
    expect(await run("destroy")).toBe(true);

    expect(secrets.size).toBeGreaterThan(8);
    expectNowhere(secrets, [...printed, ...(await filesIn(stack.folder)), ["process arguments", processes.join("\n")]]);
  });

  it("by the functions of a program with the dynamic provider, with failing servers and full logging", async () => {
    const { gateway, proxy, env, secrets, processes } = await watchedGateway();
    const { id: keyId, key } = await gateway.call("POST", "/api-keys", { name: "CI" });
    secrets.add(key);
    const stack = await TestStack.create({ env });
    // These functions run in the program's process, which is this one.
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const logged: string[] = [];
    const log = vi.spyOn(process.stderr, "write").mockImplementation((text) => logged.push(String(text)) > 0);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      log.mockRestore();
    });

    const outcomes: string[] = [];
    const results: string[] = [];
    const pass = proxy.onRequest;
    stack.program = async () => {
      for (const response of [pass, ...leakingResponses(secrets)]) {
        proxy.onRequest = async (request) => response(request);
        const settled = await Promise.allSettled([
          dynamic.getWorkspace(),
          dynamic.getGatewayKey({ keyId }),
          dynamic.getGatewayKeys({ includeRevoked: true }),
          dynamic.getKeyUsage({ keyId }),
        ]);
        outcomes.push(settled.map(({ status }) => status).join(" "));
        results.push(inspect(settled, { depth: null, maxArrayLength: null, maxStringLength: null }));
      }
      return {};
    };
    const { output } = await stack.preview();

    expect(outcomes.shift()).toBe("fulfilled fulfilled fulfilled fulfilled");
    expect(new Set(outcomes)).toEqual(new Set(["rejected rejected rejected rejected"]));
    expect(logged.join("")).toContain("GET /api/v1/api-keys/{id}/usage 500");
    expect(secrets.size).toBe(3);
    expectNowhere(secrets, [
      ["results", results.join("\n")],
      ["log", logged.join("")],
      ["preview", output],
      ["process arguments", processes.join("\n")],
      ...(await filesIn(stack.folder)),
    ]);
  });
});
