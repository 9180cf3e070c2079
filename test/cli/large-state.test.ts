import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runCommand } from "../support/command";
import { exportedState } from "../support/exported";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { itInRest } from "../support/sample";

const BYTES = 100_000_000;

itInRest("reads a state of 100 MB in a heap of 256 MB", async () => {
  const gateway = await testGateway();
  const { id, last4 } = await gateway.call("POST", "/api-keys", { name: "in a large state" });
  const file = join(await temporaryFolder(), "large.json");
  const other = JSON.stringify({
    urn: "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::logs",
    type: "aws:s3/bucket:Bucket",
    id: "logs",
    inputs: { policy: "x".repeat(2000), tags: { team: "shop", lists: ["a", "b"] } },
    outputs: { policy: "x".repeat(2000), arn: "arn:aws:s3:::logs", tags: { team: "shop" } },
  });
  const [start = "", end = ""] = exportedState([{ name: "ci", outputs: { keyId: id, last4 } }]).split(/(?=\]\}\}$)/);
  const out = createWriteStream(file);
  out.write(start);
  for (let size = 0; size < BYTES; size += other.length + 1) {
    if (!out.write(`,${other}`)) await once(out, "drain");
  }
  out.end(end);
  await once(out, "close");
  const env = { ...gateway.env, NODE_OPTIONS: "--max-old-space-size=256" };
  const { code, stdout, stderr } = await runCommand(["audit", file], { env });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(new RegExp(`\\n${id} .* shop/dev +ci +current\\n`));
});
