import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ENGINE_VERSION, type Installation } from "./installation";

const STALLED_AFTER_SECONDS = 20;

/**
 * The vendor's own installer, through the Automation API, in a process of its own: the installer has no time limit, and a
 * network that swallows packets would hold it for minutes. It is given up once nothing has arrived for twenty seconds.
 */
export async function downloadEngine({ root, progress }: Installation): Promise<void> {
  progress(`downloading Pulumi ${ENGINE_VERSION} from its vendor`);
  const arrivals = await mkdtemp(join(tmpdir(), "pulumi-download-"));
  const installer = spawn(process.execPath, [join(__dirname, "install.js"), root, ENGINE_VERSION], {
    detached: true,
    env: { ...process.env, TMPDIR: arrivals },
    stdio: "ignore",
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    installer.once("error", reject);
    installer.once("exit", resolve);
  });

  try {
    let seen = -1;
    let quietSeconds = 0;
    for (;;) {
      const code = await Promise.race([ended, wait(1000, "running" as const)]);
      if (code === 0) return;
      if (code !== "running")
        throw new Error("the vendor's installer failed: its host could not be reached, or refused");
      const size = await sizeOf(arrivals);
      quietSeconds = size === seen ? quietSeconds + 1 : 0;
      seen = size;
      if (quietSeconds >= STALLED_AFTER_SECONDS)
        throw new Error(`nothing arrived for ${STALLED_AFTER_SECONDS} seconds`);
    }
  } finally {
    // The installer runs a shell, which runs curl: they share the process group that `detached` made.
    const isRunning = installer.exitCode === null && installer.signalCode === null;
    if (isRunning && installer.pid !== undefined) process.kill(-installer.pid, "SIGKILL");
    await rm(arrivals, { recursive: true, force: true });
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
