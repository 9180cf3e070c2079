import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Gateway, startGateway } from "../gateway/gateway";
import { ensureEngine } from "../tools/engine/engine";
import { packageRoot } from "../tools/engine/package";

const run = promisify(execFile);

const STACKS = 40;
const KEYS = ["a", "b", "c"];
const CONCURRENT_REQUESTS = 50;

/** The measured previews in a workspace with this number of other keys. */
interface Row {
  readonly otherKeys: number;
  readonly requestsPerPreview: number;
  readonly slowestSeconds: number;
}

/** Prints the requests and time of 40 concurrent previews with three keys each, in a small and a large workspace. */
async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const otherKeys of [10, 10_000]) rows.push(await measure(otherKeys));
  const [small, large] = rows.map(({ slowestSeconds }) => slowestSeconds);
  const ratio = Number(((large ?? 0) / (small ?? 1)).toFixed(2));
  process.stdout.write(`${JSON.stringify({ stacks: STACKS, keysPerStack: KEYS.length, rows, ratio })}\n`);
}

async function measure(otherKeys: number): Promise<Row> {
  const engine = await ensureEngine({ progress: (line) => process.stderr.write(`${line}\n`) });
  const gateway = await startGateway({ port: 0, data: ":memory:" });
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-bench-"));
  try {
    await fill(gateway, otherKeys);
    const pulumi = (project: string, ...args: string[]) =>
      run(engine.command.command, [...args, "--non-interactive"], {
        cwd: project,
        maxBuffer: 64 * 1024 * 1024,
        env: {
          ...process.env,
          PATH: [dirname(engine.command.command), dirname(process.execPath), process.env["PATH"]].join(delimiter),
          PULUMI_BACKEND_URL: `file://${project}/state`,
          PULUMI_CONFIG_PASSPHRASE: "bench",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          DENCH_BASE_URL: gateway.baseUrl,
          DENCH_API_KEY: gateway.adminToken,
          DENCH_LOG: "debug",
        },
      });
    const first = join(folder, "0");
    await writeProject(first);
    await pulumi(first, "stack", "init", "bench");
    await pulumi(first, "up", "--yes", "--skip-preview", "--stack", "bench");
    // A preview changes nothing, so the other stacks can be copies of the first.
    const projects = Array.from({ length: STACKS }, (_, index) => join(folder, String(index)));
    for (const project of projects.slice(1)) await cp(first, project, { recursive: true });

    const previews = await Promise.all(
      projects.map(async (project) => {
        const started = performance.now();
        const { stdout } = await pulumi(project, "preview", "--expect-no-changes", "--stack", "bench");
        // The engine prints each log line twice: immediately, and under Diagnostics.
        const [, lines = ""] = stdout.split("Diagnostics:");
        return { seconds: (performance.now() - started) / 1000, requests: lines.match(/ GET \//g)?.length ?? 0 };
      }),
    );
    return {
      otherKeys,
      requestsPerPreview: Math.max(...previews.map(({ requests }) => requests)),
      slowestSeconds: Number(Math.max(...previews.map(({ seconds }) => seconds)).toFixed(2)),
    };
  } finally {
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill({ baseUrl, adminToken }: Gateway, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `other ${index}`);
  const create = async (name: string) => {
    const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
    const response = await fetch(`${baseUrl}/api-keys`, { method: "POST", headers, body: JSON.stringify({ name }) });
    await response.body?.cancel();
  };
  for (let from = 0; from < count; from += CONCURRENT_REQUESTS)
    await Promise.all(names.slice(from, from + CONCURRENT_REQUESTS).map(create));
}

async function writeProject(folder: string): Promise<void> {
  const resources = KEYS.map((name) => [name, { type: "dench:GatewayKey", properties: { name } }]);
  const program = {
    name: "bench",
    runtime: "yaml",
    plugins: { providers: [{ name: "dench", path: packageRoot }] },
    resources: Object.fromEntries(resources),
  };
  await mkdir(join(folder, "state"), { recursive: true });
  // JSON is valid YAML.
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(program));
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
