import { execFile } from "node:child_process";
import { access, cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { temporaryFolder } from "../../support/folder";
import { install, projectRoot } from "../../support/project";
import { itInRest } from "../../support/sample";
import { describeWithTools } from "../../support/tools";
import { PREPARATION_MS } from "./suite";

const runNode = (...args: string[]) => promisify(execFile)(process.execPath, args);
const sdks = join(projectRoot, "dist/sdks");

describeWithTools("Go")("npm run sdks", () => {
  itInRest(
    "writes an SDK for each language, and the one for Node compiles with its own settings",
    async () => {
      await rm(sdks, { recursive: true, force: true });
      await runNode(join(projectRoot, "dist/tools/engine/sdks-cli.js"));
      for (const file of ["python/pyproject.toml", "go/go.mod", "nodejs/package.json"])
        await expect(access(join(sdks, file)), file).resolves.toBeUndefined();

      const folder = await temporaryFolder();
      await cp(join(sdks, "nodejs"), folder, { recursive: true });
      await install(folder);
      const compiler = join(projectRoot, "node_modules/typescript/bin/tsc");
      const types = join(projectRoot, "node_modules/@types");
      const { stdout } = await runNode(compiler, "-p", folder, "--typeRoots", types).catch((error) => error);
      expect(stdout).toBe("");
    },
    PREPARATION_MS,
  );
});
