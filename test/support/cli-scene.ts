import { CliStack } from "./cli-stack";
import { type TestGateway, testGateway } from "./gateway";
import { FaultProxy } from "./proxy";

/** A stack, a gateway, and the proxy between them. */
export interface CliScene {
  readonly gateway: TestGateway;
  readonly proxy: FaultProxy;
  readonly stack: CliStack;
}

/** Opens a scene. `env` has more environment variables of the stack's commands. */
export async function cliScene(env: Readonly<Record<string, string>> = {}): Promise<CliScene> {
  const gateway = await testGateway();
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const stack = await CliStack.create({ ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1`, ...env });
  return { gateway, proxy, stack };
}
