import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { install, projectRoot } from "../support/project";

const PROGRAM = `
  import * as pulumi from "@pulumi/pulumi";
  import * as dench from "pulumi-dench";
  import * as dynamic from "pulumi-dench/dynamic";
  const args: dench.GatewayKeyArgs = { name: pulumi.output("ci"), scopes: ["models:read"] };
  export const keys: pulumi.Output<string>[] = [new dench.GatewayKey("a", args).key, new dynamic.GatewayKey("b", args).key];
  // @ts-expect-error There is no such argument.
  new dench.GatewayKey("c", { scope: [] });
`;

it.each([
  ["Pulumi's project template", { module: "commonjs", moduleResolution: "node10" }],
  ["a modern program", { module: "nodenext", moduleResolution: "nodenext" }],
])("the built types serve %s", async (_what, options) => {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-types-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await install(folder);
  await writeFile(join(folder, "index.ts"), PROGRAM);
  const compilerOptions = { ...options, target: "es2020", strict: true, noEmit: true, types: [], skipLibCheck: true };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  const compiler = join(projectRoot, "node_modules/typescript/bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, "-p", folder]).catch((error) => error);
  expect(stdout).toBe("");
});
