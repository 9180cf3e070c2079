import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeSdks } from "../../tools/engine/sdks";
import { madeOnce } from "./made-once";
import { projectRoot } from "./project";

/** Returns the folder of the SDKs that are generated from the current schema. */
export async function generatedSdks(): Promise<string> {
  const from = ["provider/schema.json", "tools/engine/pulumi/sdks/main.go", "tools/engine/pulumi/go.mod"];
  return madeOnce("sdks", await Promise.all(from.map((file) => readFile(join(projectRoot, file), "utf8"))), writeSdks);
}
