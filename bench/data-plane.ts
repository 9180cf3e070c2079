import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import * as z from "zod";
import { type Actor, Store } from "../gateway/store/store";

const CONNECTIONS = 64;
const FEW = 10;
const MANY = 100_000;

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, seconds: { type: "string", default: "1" } },
});

interface Server {
  readonly process: ChildProcess;
  readonly pool: Pool;
  readonly value: string;
  /** Requests per second in each round. */
  readonly rates: number[];
}

/** Prints the rate of GET /v1/models with few keys, with many keys, and of a minimal server for comparison. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-bench-"));
  const started: Server[] = [];
  try {
    const few = join(folder, "few.db");
    const many = join(folder, "many.db");
    const [fewValue, manyValue] = [fill(few, FEW), fill(many, MANY)];
    const gateway = (data: string) => [
      join(__dirname, "../pulumi-dench"),
      "gateway",
      "--port",
      "0",
      "--json",
      "--data",
      data,
    ];
    const start = async (args: readonly string[], value: string) => {
      const server = await startServer(args, value);
      started.push(server);
      return server;
    };
    const servers = {
      fewKeys: await start(gateway(few), fewValue),
      manyKeys: await start(gateway(many), manyValue),
      baseline: await start([join(__dirname, "baseline-server.js"), many], manyValue),
    };
    for (const server of Object.values(servers)) await rate(server, 1);
    for (let round = 0; round < Number(options.rounds); round += 1) {
      // Alternating the order spreads disturbances that last longer than a round over all servers.
      const order = round % 2 === 0 ? Object.values(servers) : Object.values(servers).reverse();
      for (const server of order) server.rates.push(await rate(server, Number(options.seconds)));
    }
    const { fewKeys, manyKeys, baseline } = servers;
    const result = {
      requestsPerSecond: {
        [FEW]: median(fewKeys.rates),
        [MANY]: median(manyKeys.rates),
        baseline: median(baseline.rates),
      },
      manyToFew: ratio(manyKeys, fewKeys),
      shareOfBaseline: ratio(manyKeys, baseline),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    for (const { process: child, pool } of started) {
      await pool.destroy();
      child.kill();
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** Creates a database with this number of keys, and returns the value of one of them. */
function fill(path: string, keys: number): string {
  const store = new Store(path);
  const by: Actor = { caller: store.members.first("admin"), via: "api" };
  const made = store.createKey({ name: "used", scopes: ["models:read"], requestId: undefined, by });
  store.close();
  if (made.outcome !== "made") throw new Error("no key was created");
  const database = new DatabaseSync(path);
  database
    .prepare(
      `WITH RECURSIVE number(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
       INSERT INTO keys (id, name, kind, prefix, last4, scopes, status, created_at, created_by_id, created_by_name, value_hash)
       SELECT 'key_bench_' || n, json_quote('key ' || n), kind, prefix, last4, scopes, status, created_at, created_by_id, created_by_name,
              randomblob(32)
       FROM number JOIN keys WHERE keys.id = ?`,
    )
    .run(keys, made.key.id);
  database.close();
  return made.value;
}

async function startServer(args: readonly string[], value: string): Promise<Server> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const { gatewayUrl } = z.object({ gatewayUrl: z.string() }).parse(JSON.parse(String(line)));
  return { process: child, pool: new Pool(gatewayUrl, { connections: CONNECTIONS }), value, rates: [] };
}

/** Measures the requests per second. Each connection sends its next request after the previous response. */
async function rate({ pool, value }: Server, seconds: number): Promise<number> {
  const headers = { authorization: `Bearer ${value}` };
  const begin = performance.now();
  let responses = 0;
  const send = async () => {
    while (performance.now() - begin < seconds * 1000) {
      const { statusCode, body } = await pool.request({ method: "GET", path: "/v1/models", headers });
      await body.dump();
      if (statusCode !== 200) throw new Error(`the server responded with ${statusCode}`);
      responses += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
  return responses / ((performance.now() - begin) / 1000);
}

function ratio(one: Server, other: Server): number {
  const ratios = one.rates.map((value, round) => value / (other.rates[round] ?? Number.NaN));
  return Number(median(ratios, (value) => value).toFixed(2));
}

function median(values: readonly number[], round: (value: number) => number = Math.round): number {
  return round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
