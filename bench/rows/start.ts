import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  ProviderHandshakeRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as z from "zod";
import { linkPackage, packageRoot } from "../../tools/engine/package";
import { HOST, writeExecutable } from "../../tools/release/executable";
import { nodeBinary } from "../../tools/release/node-binary";
import type { Variables } from "../key-stack";
import { measurePairs, measureTimes, spreadOf } from "../measure";
import { memoryAtRest } from "../memory";
import { PluginProcess } from "../plugin-process";
import type { Row } from "../row";
import type { Workbench } from "../workbench";

/** The start of the plugin, and the import of the SDK. */
export const start: readonly Row[] = [
  {
    name: "start-port",
    what: "start of the plugin until it prints its port",
    reference: "`node -e 0`",
    unit: "ms",
    target: { of: "ratio", atMost: 2 },
    pairs: 25,
    run: async (workbench, { pairs }) => ({
      pairs: await measurePairs(pairs, (side) => (side === "ours" ? millisecondsToPort(workbench) : emptyProgram())),
    }),
  },
  {
    name: "start-memory",
    what: "memory of the plugin at rest",
    reference: "a Node process that waits for its input",
    unit: "MiB",
    target: { of: "ratio", atMost: 1.6 },
    pairs: 5,
    run: async (workbench, { pairs }) => ({
      pairs: await measurePairs(pairs, (side) => (side === "ours" ? pluginMemory(workbench) : nodeMemory())),
    }),
  },
  {
    name: "start-preview",
    what: "start of the plugin until it has responded to the preview of the first key",
    reference: "a plugin that responds immediately",
    unit: "ms",
    pairs: 25,
    run: async (workbench, { pairs }) => {
      const env = gatewayVariables((await workbench.gateway()).address);
      const folders = { ours: workbench.plugin, reference: await workbench.doNothingPlugin() };
      const phases: Phases[] = [];
      const measured = await measurePairs(pairs, async (side) => {
        const reached = await firstPreview(() => PluginProcess.start(folders[side], env));
        if (side === "ours") phases.push(reached);
        return reached.preview;
      });
      return { pairs: measured, remark: remarkOf(phases) };
    },
  },
  {
    name: "start-executable",
    what: "start of the executable for Linux until it has responded to the preview of the first key",
    reference: "the script, with Node",
    unit: "ms",
    target: { of: "ratio", atMost: 1 },
    pairs: 25,
    run: async (workbench, { pairs }) => {
      const env = gatewayVariables((await workbench.gateway()).address);
      const executable = await writeExecutableIn(await workbench.folder());
      const start = {
        ours: () => PluginProcess.startExecutable(executable, env),
        reference: () => PluginProcess.start(workbench.plugin, env),
      };
      return { pairs: await measurePairs(pairs, async (side) => (await firstPreview(start[side])).preview) };
    },
  },
  sdkImport("start-sdk", "pulumi-dench"),
  sdkImport("start-sdk-dynamic", "pulumi-dench/dynamic"),
];

async function millisecondsToPort(workbench: Workbench): Promise<number> {
  const started = performance.now();
  const plugin = await PluginProcess.start(workbench.plugin);
  const milliseconds = performance.now() - started;
  await plugin.stop();
  return milliseconds;
}

async function emptyProgram(): Promise<number> {
  const started = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - started;
}

/** Writes the executable of a release for this processor, and returns its path. */
async function writeExecutableIn(folder: string): Promise<string> {
  if (HOST === undefined) throw new Error("The executable runs only on Linux. Measure this row there.");
  const file = join(folder, "pulumi-resource-dench");
  const script = join(packageRoot, "dist/pulumi-resource-dench.js");
  const node = await nodeBinary(HOST, folder);
  await writeExecutable({ root: packageRoot, script, node, architecture: HOST }, file);
  return file;
}

async function pluginMemory(workbench: Workbench): Promise<number> {
  const plugin = await PluginProcess.start(workbench.plugin);
  const memory = await memoryAtRest(plugin.pid);
  await plugin.stop();
  return memory;
}

async function nodeMemory(): Promise<number> {
  const node = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "inherit"] });
  await once(node, "spawn");
  const memory = await memoryAtRest(node.pid ?? 0);
  node.kill();
  await once(node, "exit");
  return memory;
}

/** The times since the start of a plugin in milliseconds, at the response to each request. */
interface Phases {
  readonly port: number;
  readonly configure: number;
  readonly check: number;
  readonly preview: number;
}

const TYPE = "dench:index:GatewayKey";
const URN = `urn:pulumi:bench::bench::${TYPE}::key`;
const PROVIDER_URN = "urn:pulumi:bench::bench::pulumi:providers:dench::default";
const HANDSHAKE = new ProviderHandshakeRequest()
  // Nothing listens here. The plugin connects only if it has something to log.
  .setEngineAddress("127.0.0.1:9")
  .setConfigureWithUrn(true)
  .setSendsOldOutputsToCheck(true);
const CONFIGURE = new ConfigureRequest().setArgs(new Struct()).setName("default").setUrn(PROVIDER_URN).setId("bench");

/** Starts a plugin, and sends the requests that the engine sends for the preview of a first key. */
async function firstPreview(start: () => Promise<PluginProcess>): Promise<Phases> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const plugin = await start();
  try {
    const port = elapsed();
    const given = Struct.fromJavaScript({ name: "key" });
    await plugin.send(service.handshake, HANDSHAKE);
    await plugin.send(service.checkConfig, new CheckRequest().setUrn(PROVIDER_URN).setNews(new Struct()));
    await plugin.send(service.configure, CONFIGURE);
    const configure = elapsed();
    await plugin.send(
      service.check,
      new CheckRequest().setUrn(URN).setType(TYPE).setName("key").setNews(given).setOlds(new Struct()),
    );
    const check = elapsed();
    const create = new CreateRequest().setUrn(URN).setType(TYPE).setName("key").setProperties(given).setPreview(true);
    await plugin.send(service.create, create);
    return { port, configure, check, preview: elapsed() };
  } finally {
    await plugin.stop();
  }
}

function remarkOf(phases: readonly Phases[]): string {
  const median = (of: (phase: Phases) => number) => `${Math.round(spreadOf(phases.map(of)).median)} ms`;
  return [
    `${median(({ port }) => port)} to the port`,
    `${median(({ port, configure }) => configure - port)} to Configure's response`,
    `${median(({ configure, check }) => check - configure)} to Check's`,
    `${median(({ check, preview }) => preview - check)} to Create's, with one request to the gateway`,
  ].join(", ");
}

function gatewayVariables({ baseUrl, adminToken }: { baseUrl: string; adminToken: string }): Variables {
  return { DENCH_BASE_URL: baseUrl, DENCH_API_KEY: adminToken, DENCH_WORKSPACE: "", PULUMI_CONFIG: "{}" };
}

const ImportTimes = z.object({ ours: z.number(), reference: z.number() });

/** The import of an entry of the package, in a program that has imported Pulumi's SDK. */
function sdkImport(name: string, entry: string): Row {
  const program = `
    const started = performance.now();
    require("@pulumi/pulumi");
    const loaded = performance.now();
    require(${JSON.stringify(entry)});
    console.log(JSON.stringify({ reference: loaded - started, ours: performance.now() - loaded }));`;
  return {
    name,
    what: `import of \`${entry}\` after \`@pulumi/pulumi\``,
    reference: "`@pulumi/pulumi` itself",
    unit: "ms",
    target: { of: "ours", atMost: 10 },
    pairs: 15,
    run: async (workbench, { pairs }) => {
      const cwd = await workbench.folder();
      await linkPackage(cwd);
      const importTimes = async () => {
        const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd });
        return ImportTimes.parse(JSON.parse(stdout));
      };
      return { pairs: await measureTimes(pairs, importTimes) };
    },
  };
}
