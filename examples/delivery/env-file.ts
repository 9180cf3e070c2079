import { rename, rm, writeFile } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";
import * as dench from "pulumi-dench";

const file = new pulumi.Config().get("envFile") ?? ".env";
const key = new dench.GatewayKey("shop", { name: "Shop", rotation: { after: "30d", overlap: "24h" } });

/** Writes the file in one step, so that a reader never sees a part of it. Only the user who runs Pulumi can read it. */
async function write(lines: readonly string[]): Promise<void> {
  await rm(`${file}.new`, { force: true });
  await writeFile(`${file}.new`, lines.map((line) => `${line}\n`).join(""), { mode: 0o600, flag: "wx" });
  await rename(`${file}.new`, file);
}

/** Pulumi waits for this output before it revokes a replaced key. A failure fails the update. */
export const written = pulumi.unsecret(
  pulumi.all([key.key, key.previousKey]).apply(async ([current, previous]) => {
    if (pulumi.runtime.isDryRun()) return file;
    await write([`DENCH_KEY=${current}`, ...(previous ? [`DENCH_PREVIOUS_KEY=${previous}`] : [])]);
    return file;
  }),
);
