import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type * as z from "zod";
import { type Engine, ensureEngine } from "../tools/engine/engine";
import { packageRoot } from "../tools/engine/package";
import { ChildServer, GatewayAddress } from "./child-server";

/** What rows share: the engine, servers, plugins and a temporary folder. `close` stops and deletes them. */
export class Workbench {
  readonly #folder: string;
  readonly #servers: ChildServer<unknown>[] = [];
  #engine: Promise<Engine> | undefined;
  #doNothingPlugin: Promise<string> | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Workbench> {
    return new Workbench(await mkdtemp(join(tmpdir(), "pulumi-dench-bench-")));
  }

  async close(): Promise<void> {
    for (const server of this.#servers) await server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The folder that contains our plugin. */
  readonly plugin = packageRoot;

  /** Returns a new folder. */
  folder(): Promise<string> {
    return mkdtemp(join(this.#folder, "part-"));
  }

  engine(): Promise<Engine> {
    this.#engine ??= ensureEngine({ yaml: true, progress: (line) => process.stderr.write(`${line}\n`) });
    return this.#engine;
  }

  /** Starts a Node program that is a server. */
  async server<Address>(args: readonly string[], address: z.ZodType<Address>): Promise<ChildServer<Address>> {
    const server = await ChildServer.start(args, address);
    this.#servers.push(server);
    return server;
  }

  /** Starts a local gateway. `data` is its database, and defaults to one in memory. */
  gateway(data = ":memory:"): Promise<ChildServer<GatewayAddress>> {
    const command = join(packageRoot, "dist/pulumi-dench");
    return this.server([command, "gateway", "--port", "0", "--json", "--data", data], GatewayAddress);
  }

  /** Returns the folder of a plugin with our schema that responds immediately. It is one file, like ours. */
  doNothingPlugin(): Promise<string> {
    this.#doNothingPlugin ??= this.#bundleDoNothingPlugin();
    return this.#doNothingPlugin;
  }

  async #bundleDoNothingPlugin(): Promise<string> {
    const folder = join(this.#folder, "do-nothing");
    await mkdir(folder);
    await build({
      entryPoints: [join(__dirname, "references/do-nothing-plugin.js")],
      outfile: join(folder, "pulumi-resource-dench"),
      banner: { js: "#!/usr/bin/env node" },
      bundle: true,
      platform: "node",
      target: "node18",
      format: "cjs",
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: "none",
    });
    await chmod(join(folder, "pulumi-resource-dench"), 0o755);
    return folder;
  }
}
