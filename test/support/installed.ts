import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { version } from "../../version";
import { CliStack } from "./cli-stack";
import type { TestGateway } from "./gateway";
import { SECRETS_PROVIDER } from "./key-service";
import { type CleanUp, projectRoot } from "./project";

const run = promisify(execFile);

/** A stack with the plugin in a cache of its own, as an installed one is. */
export async function stackWithInstalledPlugin(gateway: TestGateway, cleanUp?: CleanUp): Promise<CliStack> {
  const stack = await CliStack.create(gateway.env, cleanUp);
  await writeFile(join(stack.folder, "Pulumi.yaml"), "name: test\nruntime: yaml\n");
  stack.env["PULUMI_HOME"] = join(stack.folder, "home");
  await mkdir(join(stack.folder, "home"));
  const archive = join(stack.folder, "plugin.tar.gz");
  await run("tar", ["-czf", archive, "-C", projectRoot, "pulumi-resource-dench"]);
  await stack.run("plugin", "install", "resource", "dench", version, "--file", archive);
  await stack.run("stack", "select", "test");
  return stack;
}

/** What a reader of the documentation has: a project in YAML, its stack `dev`, and the plugin installed. */
export async function readersStack(gateway: TestGateway, project: string): Promise<CliStack> {
  const stack = await stackWithInstalledPlugin(gateway);
  await writeFile(join(stack.folder, "Pulumi.yaml"), `name: ${project}\nruntime: yaml\n`);
  await stack.run("stack", "init", "dev", "--secrets-provider", SECRETS_PROVIDER);
  return stack;
}
