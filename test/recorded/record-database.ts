import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Actor, Store } from "../../gateway/store/store";
import { recordDatabase } from "./database";

/** Writes the recording of a database that this version of the gateway has created. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-dench-recording-"));
  try {
    const path = join(folder, "gateway.db");
    const store = new Store(path);
    fill(store);
    store.close();
    const recorded = recordDatabase(path);
    const output = join("test/recorded/databases", `version-${recorded.version}.json`);
    writeFileSync(output, `${JSON.stringify(recorded, undefined, 2)}\n`);
    process.stdout.write(`Wrote ${output}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fill(store: Store): void {
  const by: Actor = { caller: store.members.first("admin"), via: "api" };
  const create = (name: string, requestId: string | undefined) =>
    store.createKey({ name, scopes: ["models:read", "chat:completions"], requestId, by });
  const used = create("CI/CD", "request-1");
  const revoked = create("old", undefined);
  const spending = { model: "dench-local-echo", costUsd: 0.25, inputTokens: 40, outputTokens: 50 };
  if (used.outcome === "made") store.usage.add(used.key.id, 3, spending);
  if (revoked.outcome === "made") store.revokeKey(revoked.key.id, by);
  store.rotatePrimaryKey({ requestId: "request-2", by });
  store.revealPrimaryKey(by);
}

main();
