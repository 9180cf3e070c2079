import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import * as dench from "pulumi-dench/dynamic";
import { type Gateway, startGateway } from "../gateway/gateway";
import { type Engine, ensureEngine } from "../tools/engine/engine";
import { linkPackage } from "../tools/engine/package";
import { SerializedKey } from "./serialized-dynamic-provider";

const NAMES = Array.from({ length: 20 }, (_, index) => `key-${index}`);

/** Prints the bytes of state per key, with this provider and with a serialized dynamic provider. */
async function main(): Promise<void> {
  const engine = await ensureEngine({ progress: (line) => process.stderr.write(`${line}\n`) });
  const gateway = await startGateway({ port: 0, data: ":memory:" });
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-bench-"));
  try {
    await linkPackage(folder);

    const empty = await stateBytes(engine, gateway, folder, () => {});
    const perKey = async (declare: (name: string) => unknown) => {
      const bytes = await stateBytes(engine, gateway, folder, () => NAMES.forEach(declare));
      return Math.round((bytes - empty) / NAMES.length);
    };
    const ours = await perKey((name) => void new dench.GatewayKey(name));
    const serialized = await perKey((name) => void new SerializedKey(name, { name }));
    process.stdout.write(`${JSON.stringify({ ours, serialized, ratio: Number((serialized / ours).toFixed(1)) })}\n`);
  } finally {
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function stateBytes(engine: Engine, gateway: Gateway, workDir: string, declare: () => void): Promise<number> {
  const backend = await mkdtemp(join(workDir, "state-"));
  const stack = await LocalWorkspace.createStack(
    { stackName: "bench", projectName: "bench", program: async () => declare() },
    {
      workDir,
      pulumiCommand: engine.command,
      projectSettings: { name: "bench", runtime: "nodejs", backend: { url: `file://${backend}` } },
      envVars: {
        PULUMI_CONFIG_PASSPHRASE: "bench",
        DENCH_BASE_URL: gateway.baseUrl,
        DENCH_API_KEY: gateway.adminToken,
      },
    },
  );
  await stack.up();
  return (await readFile(join(backend, ".pulumi", "stacks", "bench", "bench.json"))).length;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
