import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";
import { extract } from "tar";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { version } from "../../version";
import { temporaryFolder } from "../support/folder";
import { sendRequest } from "../support/plugin";
import { projectRoot } from "../support/project";

/** The number of each processor in the header of an executable: `e_machine` of ELF. */
const PROCESSORS = { amd64: 0x3e, arm64: 0xb7 };
const HOST = arch() === "x64" ? "amd64" : arch();

/** An emulator of arm64, and the system libraries for it. */
const EMULATOR = ["/usr/bin/qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"];
const canEmulate =
  HOST === "amd64" && ["/usr/bin/qemu-aarch64-static", "/usr/aarch64-linux-gnu/lib/libstdc++.so.6"].every(existsSync);

/** Returns the path of the executable in an archive for Linux. */
async function unpacked(architecture: string): Promise<string> {
  const folder = await temporaryFolder();
  const file = join(inject("packages"), `pulumi-resource-dench-v${version}-linux-${architecture}.tar.gz`);
  await extract({ file, cwd: folder });
  return join(folder, "pulumi-resource-dench");
}

/** Starts a plugin, requests its schema, and ends it. Returns the name in the schema, and what the plugin printed. */
async function schemaOf(command: readonly string[], env: NodeJS.ProcessEnv) {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const stderr = text(child.stderr);
  const stdout = String((await once(child.stdout, "data"))[0]);
  const client = new ResourceProviderClient(`127.0.0.1:${stdout.trim()}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const schema: unknown = JSON.parse(
    (await sendRequest(client, service.getSchema, new GetSchemaRequest())).getSchema(),
  );
  // The plugin exits when its input closes.
  child.stdin.end();
  return { schema, stdout, stderr: await stderr };
}

const works = {
  schema: expect.objectContaining({ name: "dench", version }),
  stdout: expect.stringMatching(/^\d+\n$/),
  stderr: "",
};

describe.each(Object.entries(PROCESSORS))("the executable for %s", (architecture, processor) => {
  it("is one of Linux for that processor, and contains the pinned Node and the whole plugin", async () => {
    const executable = await readFile(await unpacked(architecture));
    // ELF, 64 bits, little endian.
    expect(executable.subarray(0, 6).toString("latin1")).toBe("\x7fELF\x02\x01");
    expect(executable.readUInt16LE(18)).toBe(processor);
    const manifest = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8"));
    const pinned: string = manifest.devDependencies.node;
    expect(executable.includes(`/v${pinned}/node-v${pinned}.tar.gz`)).toBe(true);
    expect(executable.includes(await readFile(join(projectRoot, "dist/pulumi-resource-dench.js")))).toBe(true);
  });

  const isHost = platform() === "linux" && architecture === HOST;
  if (isHost) {
    it("prints only its port in an empty environment, as when its code cache is accepted", async () => {
      expect(await schemaOf([await unpacked(architecture)], {})).toEqual(works);
    });

    it("ignores NODE_OPTIONS, which may be for another version of Node", async () => {
      const env = { NODE_OPTIONS: "--an-option-of-another-version" };
      expect(await schemaOf([await unpacked(architecture)], env)).toEqual(works);
    });
  }
  if (architecture === "arm64" && canEmulate) {
    it("works on an emulated processor", async () => {
      expect(await schemaOf([...EMULATOR, await unpacked(architecture)], {})).toEqual(works);
    });
  }
});
