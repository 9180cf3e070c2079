import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { randomText } from "./secrets";

/** Creates a file with mode 0600. Returns false, and changes nothing, if the path exists. */
export function createSecretFile(path: string, content: string | Uint8Array): boolean {
  return withDraft(path, content, (draft) => {
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
  });
}

/** Replaces a file, and sets its mode to 0600. */
export function replaceSecretFile(path: string, content: string | Uint8Array): void {
  withDraft(path, content, (draft) => renameSync(draft, path));
}

/** Writes a draft and puts it in place, so that a crash leaves no partial file. Each draft has a name that no other process uses. */
function withDraft<T>(path: string, content: string | Uint8Array, place: (draft: string) => T): T {
  const draft = `${path}.${randomText(12)}.new`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: "wx", flush: true });
    return place(draft);
  } finally {
    rmSync(draft, { force: true });
  }
}
