import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./folder";
import type { CleanUp } from "./project";

const runFile = promisify(execFile);

/** Returns the path of a command of PostgreSQL. Debian's package does not add the server's commands to PATH. */
export function postgresCommand(name: string): string {
  return join(globSync("/usr/lib/postgresql/*/bin").toSorted().at(-1) ?? "", name);
}

/** Starts a PostgreSQL server in a temporary folder, and returns the address of a Pulumi back end in its database. */
export async function postgresBackEnd(cleanUp: CleanUp = onTestFinished): Promise<string> {
  const folder = await temporaryFolder(cleanUp);
  // PostgreSQL refuses to run as root.
  const asUser = process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  if (asUser.length > 0) await runFile("chown", ["postgres", folder]);
  const commandOf = (name: string, ...args: readonly string[]) => {
    const [command = "", ...rest] = [...asUser, postgresCommand(name), ...args];
    return [command, rest] as const;
  };
  const data = join(folder, "data");
  await runFile(...commandOf("initdb", "-D", data, "--username=pulumi", "--auth=trust", "--no-sync"), { cwd: folder });
  // The server listens on a Unix socket alone.
  const [command, args] = commandOf("postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off");
  const server = spawn(command, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  cleanUp(async () => {
    if (server.exitCode === null && server.kill("SIGQUIT")) await once(server, "exit");
  });
  await untilReady(server.stderr, once(server, "exit"));
  return `postgres:///postgres?host=${folder}&user=pulumi&sslmode=disable`;
}

/** Waits until the server accepts connections. Throws its log if it exits before. */
async function untilReady(log: NodeJS.ReadableStream, exited: Promise<unknown>): Promise<void> {
  let text = "";
  const ready = new Promise<"ready">((resolve) => {
    log.on("data", (chunk) => {
      text += chunk;
      if (text.includes("ready to accept connections")) resolve("ready");
    });
  });
  if ((await Promise.race([ready, exited])) !== "ready") throw new Error(`PostgreSQL did not start:\n${text}`);
}
