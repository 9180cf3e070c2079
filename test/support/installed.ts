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

/** Returns a stack with the plugin installed into its own cache. */
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

/** Returns the setup of a documentation reader: a YAML project, its stack `dev`, and the installed plugin. */
export async function readersStack(gateway: TestGateway, project: string): Promise<CliStack> {
  const stack = await stackWithInstalledPlugin(gateway);
  await writeFile(join(stack.folder, "Pulumi.yaml"), `name: ${project}\nruntime: yaml\n`);
  await stack.run("stack", "init", "dev", "--secrets-provider", SECRETS_PROVIDER);
  return stack;
}
