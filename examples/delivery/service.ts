import { readFileSync } from "node:fs";

const file = process.env["DENCH_ENV_FILE"] ?? ".env";
const gateway = process.env["DENCH_GATEWAY_URL"];
if (!gateway) throw new Error("DENCH_GATEWAY_URL is not set. Set it to the address of the workspace's gateway.");

/** The current key, and the previous one during an overlap. */
let keys = readKeys();

function readKeys(): readonly string[] {
  const entries = Array.from(readFileSync(file, "utf8").matchAll(/^(\w+)=(.*)$/gm), ([, name, value]) => [name, value]);
  const { DENCH_KEY, DENCH_PREVIOUS_KEY } = Object.fromEntries(entries);
  return [DENCH_KEY, DENCH_PREVIOUS_KEY].filter((key) => key !== undefined);
}

/** Sends a request to the gateway, with a body that can be sent again. If it refuses every key, the keys have changed: reads the file again, and retries once. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await sendWith(keys, path, init);
  if (response.status !== 401) return response;
  keys = readKeys();
  return sendWith(keys, path, init);
}

async function sendWith([key, ...others]: readonly string[], path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${key}`);
  const response = await fetch(new URL(path, gateway), { ...init, headers });
  if (response.status !== 401 || others.length === 0) return response;
  await response.body?.cancel();
  return sendWith(others, path, init);
}
