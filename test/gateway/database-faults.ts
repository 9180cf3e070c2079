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

/** A real cause of failing database writes. */
interface Fault {
  /** The gateway before the fault. */
  readonly running: Running;
  /** The error message of SQLite. */
  readonly symptom: string;
  /** Causes the fault. Resolves to the affected gateway: another process, if the fault needs a restart. */
  cause(): Promise<Running>;
  /** Removes the cause of the fault. */
  repair(): Promise<void>;
}

/** Prepares a fault for a database in this folder. */
export type PrepareFault = (folder: string) => Promise<Fault>;

async function start(data: string, launcher: readonly string[] = []): Promise<Running> {
  const gateway = spawnGatewayBy(launcher, "--port", "0", "--json", "--data", data);
  return { gateway, addresses: await listening(gateway) };
}

/** Whether this machine allows users to mount file systems in their own namespace. */
export const canMount =
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

/** The disk is full: the gateway sees the folder as a file system of 512 KiB, which a file of zeros fills. */
export const fullDisk: PrepareFault = async (folder) => {
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
    repair: () => rm(zeros),
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
 * The database file is read-only when the gateway starts. Changing the permission of an open file would have no effect. Root
 * drops the capability that bypasses permissions.
 */
export const readOnlyFile: PrepareFault = async (folder) => {
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
    repair: () => chmod(data, 0o644),
  };
};

/** Writes fail because of a limit on the file size of the process, which SQLite reports as an I/O error. */
export const failingWrites: PrepareFault = async (folder) => {
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
    async repair() {
      limit("unlimited");
    },
  };
};

/** Another process, here the test, holds the lock of the database. */
export const lockedFile: PrepareFault = async (folder) => {
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
    async repair() {
      other.exec("ROLLBACK");
    },
  };
};
