import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import { type Addresses, type GatewayProcess, listening, spawnGatewayBy } from "./gateway-process";

interface Running {
  readonly gateway: GatewayProcess;
  readonly addresses: Addresses;
}

/** A real cause why a gateway cannot write its database. */
interface Harm {
  /** The gateway before it. */
  readonly running: Running;
  /** What SQLite says of it. */
  readonly symptom: string;
  /** Resolves to the gateway as it is then: another one, where only a start is harmed. */
  cause(): Promise<Running>;
  cure(): Promise<void>;
}

/** Makes a harm ready for a database in this folder. */
export type PrepareHarm = (folder: string) => Promise<Harm>;

async function start(data: string, launcher: readonly string[] = []): Promise<Running> {
  const gateway = spawnGatewayBy(launcher, "--port", "0", "--json", "--data", data);
  return { gateway, addresses: await listening(gateway) };
}

/** Whether this machine lets any user mount a file system in a namespace of their own. */
export const canMount =
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

/** The folder is a file system of half a megabyte, seen by this gateway alone, and a file of zeros takes up the rest of it. */
export const fullDisk: PrepareHarm = async (folder) => {
  const mount = `mount -t tmpfs -o size=512k none "${folder}" && exec "$0" "$@"`;
  const launcher = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount];
  const running = await start(join(folder, "gateway.db"), launcher);
  const zeros = join("/proc", String(running.gateway.process.pid), "root", folder, "zeros");
  return {
    running,
    symptom: "database or disk is full",
    async cause() {
      fillDisk(zeros);
      return running;
    },
    cure: () => rm(zeros),
  };
};

function fillDisk(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(1024));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * The file has lost its write permission when a gateway starts; taken from one that runs, it would change nothing. Root, whom
 * permissions do not bind, gives up that privilege first.
 */
export const readOnlyFile: PrepareHarm = async (folder) => {
  const data = join(folder, "gateway.db");
  const launcher = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
  const running = await start(data, launcher);
  return {
    running,
    symptom: "attempt to write a readonly database",
    async cause() {
      running.gateway.process.kill("SIGTERM");
      await running.gateway.exited;
      await chmod(data, 0o444);
      return start(data, launcher);
    },
    cure: () => chmod(data, 0o644),
  };
};

/** The process may not make any file longer, and every write that would fails: for SQLite, an input/output error. */
export const failingWrites: PrepareHarm = async (folder) => {
  const running = await start(join(folder, "gateway.db"));
  const limit = (bytes: string) => {
    const { status, stderr } = spawnSync("prlimit", [
      "--pid",
      String(running.gateway.process.pid),
      `--fsize=${bytes}:`,
    ]);
    if (status !== 0) throw new Error(stderr.toString());
  };
  return {
    running,
    symptom: "disk I/O error",
    async cause() {
      limit("1");
      return running;
    },
    async cure() {
      limit("unlimited");
    },
  };
};

/** Another process, here this one, holds the database's lock. */
export const lockedFile: PrepareHarm = async (folder) => {
  const data = join(folder, "gateway.db");
  const running = await start(data);
  const other = new DatabaseSync(data);
  onTestFinished(() => other.close());
  return {
    running,
    symptom: "database is locked",
    async cause() {
      other.exec("BEGIN IMMEDIATE");
      return running;
    },
    async cure() {
      other.exec("ROLLBACK");
    },
  };
};
