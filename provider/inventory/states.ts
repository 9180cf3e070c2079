import { readFile } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import { errorMessage } from "../../error-message";
import { DenchError } from "../errors";
import { decoded } from "../values/decoded";
import { shown } from "../values/shown";
import { type ExportedStack, parseExportedState } from "./exported-state";

export interface ReadStatesOptions {
  /** Shows what is being read. */
  readonly progress: { readonly show: (text: string) => void };
  /** Cancels the reading. */
  readonly signal: AbortSignal;
}

/**
 * Reads the states that a command line names: files, or `-` for stdin. Throws `invalid_state` if one cannot be read, and
 * `canceled` if the signal aborts.
 */
export async function readStates(
  files: readonly string[],
  { progress, signal }: ReadStatesOptions,
): Promise<ExportedStack[]> {
  if (files.indexOf("-") !== files.lastIndexOf("-")) throw unreadable("stdin", "it is named twice. Name it once");
  const stacks: ExportedStack[] = [];
  // One after the other, since the text of a state can take hundreds of megabytes.
  for (const file of files) {
    const name = file === "-" ? "stdin" : file;
    progress.show(`Reading ${name}`);
    const text = await (file === "-" ? stdin(signal) : readFile(file, { signal })).then(decoded).catch((error) => {
      throw signal.aborted ? canceled(name) : unreadable(name, reasonOf(error));
    });
    stacks.push(parseExportedState(name, text));
  }
  return stacks;
}

function stdin(signal: AbortSignal): Promise<Buffer> {
  return buffer(addAbortSignal(signal, process.stdin));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file. Check the path",
  EISDIR: "it is a folder. Name the files in it",
  EACCES: "you may not read it. Check its permissions",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB. Export the stack again",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? `${errorMessage(error)}. Export the stack again`;
}

function unreadable(name: string, reason: string): DenchError {
  return new DenchError("invalid_state", `Could not read the state ${shown(name)}: ${reason}, and run again.`);
}

function canceled(name: string): DenchError {
  return new DenchError("canceled", `Could not read the state ${shown(name)}: the run was canceled first.`);
}
