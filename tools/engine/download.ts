import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ENGINE_VERSION, type Installation } from "./installation";

const STALLED_AFTER_SECONDS = 20;

/**
 * Downloads the engine with the installer of the Automation API. The installer has no timeout, so it runs in its own process,
 * which is killed after twenty seconds without progress.
 */
export async function downloadEngine({ root, progress }: Installation): Promise<void> {
  progress(`downloading Pulumi ${ENGINE_VERSION}`);
  const downloads = await mkdtemp(join(tmpdir(), "pulumi-download-"));
  const installer = spawn(process.execPath, [join(__dirname, "install.js"), root, ENGINE_VERSION], {
    detached: true,
    env: { ...process.env, TMPDIR: downloads },
    stdio: "ignore",
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    installer.once("error", reject);
    installer.once("exit", resolve);
  });

  try {
    let seen = -1;
    let stalledSeconds = 0;
    for (;;) {
      const code = await Promise.race([exited, wait(1000, "running" as const)]);
      if (code === 0) return;
      if (code !== "running") throw new Error("the Pulumi installer failed, possibly because its host is unreachable");
      const size = await sizeOf(downloads);
      stalledSeconds = size === seen ? stalledSeconds + 1 : 0;
      seen = size;
      if (stalledSeconds >= STALLED_AFTER_SECONDS)
        throw new Error(`the download made no progress for ${STALLED_AFTER_SECONDS} seconds`);
    }
  } finally {
    // `detached` put the installer, its shell and curl into one process group.
    const isRunning = installer.exitCode === null && installer.signalCode === null;
    if (isRunning && installer.pid !== undefined) process.kill(-installer.pid, "SIGKILL");
    await rm(downloads, { recursive: true, force: true });
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
