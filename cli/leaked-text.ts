import { existsSync } from "node:fs";
import { addAbortSignal } from "node:stream";
import { DenchError } from "../provider/errors";
import { DEFAULT_PREFIX } from "../provider/inventory/leak/leaked-values";
import { decoded } from "../provider/values/decoded";
import { readHidden } from "./terminal";

const MOST_BYTES = 64 * 1024 * 1024;

/** Returns the leaked text from stdin. On a terminal, reads one line and does not show it. Throws `canceled` on Ctrl-C. */
export async function readLeakedText(signal: AbortSignal): Promise<string> {
  const text = await (process.stdin.isTTY ? readHidden(PROMPT, signal) : readAll(signal)).catch((error: unknown) => {
    if (signal.aborted) throw unreadable("canceled", "the run was canceled first");
    throw error;
  });
  if (text.trim() !== "") return text;
  throw unreadable("invalid_arguments", "stdin is empty. Pass the text on stdin, for example with a pipe");
}

const PROMPT = "Paste the leaked text, which is not shown, and press Enter: ";

async function readAll(signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of addAbortSignal(signal, process.stdin)) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > MOST_BYTES)
      throw unreadable("invalid_arguments", "it is larger than 64 MiB. Pass only the lines with the key value");
  }
  return decoded(Buffer.concat(chunks));
}

function unreadable(code: "canceled" | "invalid_arguments", reason: string): DenchError {
  return new DenchError(code, `Could not read the leaked text: ${reason}.`);
}

/** Returns whether an argument looks like a key value, and not like a file. */
export function looksLikeKeyValue(argument: string): boolean {
  const isOpaque = /^[^./\\]{20,}$/.test(argument) && /\d/.test(argument) && /[a-z]/i.test(argument);
  return (argument.includes(DEFAULT_PREFIX) || isOpaque) && !existsSync(argument);
}
