import type { CliScene } from "../support/cli-scene";
import { endProcess } from "../support/cli-stack";
import { type FaultProxy, isCreation, type ProxyAction } from "../support/proxy";

/** A fault that was also measured with two other providers. */
export interface ComparedFault {
  /** The name in the first column of the table in docs/reliability.md. */
  readonly name: string;
  /** The number of declared keys. Defaults to 1. */
  readonly keys?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Injects the fault into the current run. `kill` sends SIGKILL to the engine and the provider, and cuts the connection. */
  strike(proxy: FaultProxy, kill: () => Promise<ProxyAction>): void;
}

const FAILED: ProxyAction = { status: 502 };

export const comparedFaults: readonly ComparedFault[] = [
  {
    name: "SIGKILL after the key was created, before the response was read",
    strike(proxy, kill) {
      proxy.onResponse = whenCreated(1, () => kill());
    },
  },
  {
    name: "SIGKILL at 50 of 100 keys",
    keys: 100,
    strike(proxy, kill) {
      proxy.onResponse = whenCreated(50, () => kill());
    },
  },
  {
    name: "502 once, after the key was created",
    strike(proxy) {
      proxy.onResponse = whenCreated(1, () => FAILED);
    },
  },
  {
    name: "502 to every creation, although each creates a key",
    env: { DENCH_MAX_RETRIES: "1" },
    strike(proxy) {
      proxy.onResponse = (request) => (isCreation(request) ? FAILED : "pass");
    },
  },
  {
    name: "no response to any creation, although the key is created",
    env: { DENCH_MAX_RETRIES: "1", DENCH_TIMEOUT_SECONDS: "1" },
    strike(proxy) {
      proxy.onResponse = (request) => (isCreation(request) ? new Promise<ProxyAction>(() => undefined) : "pass");
    },
  },
];

/** Acts when the server has created its n-th key, before the provider reads the response. */
function whenCreated(nth: number, act: () => ProxyAction | Promise<ProxyAction>): FaultProxy["onResponse"] {
  let count = 0;
  return (request, status) => {
    if (!isCreation(request) || status !== 201) return "pass";
    count += 1;
    return count === nth ? act() : "pass";
  };
}

/** The result of a run with a fault and a second run without. */
export interface Left {
  /** Whether the run with the fault succeeded. */
  readonly firstRun: "succeeds" | "fails";
  readonly live: number;
  readonly inState: number;
}

/** Runs an update with a fault, and then one without. */
export async function leftBy(fault: ComparedFault, { stack, proxy, gateway }: CliScene): Promise<Left> {
  const { keys = 1, env = {} } = fault;
  const names = Array.from({ length: keys }, (_, index) => `key-${index}`);
  await stack.write(Object.fromEntries(names.map((name) => [name, { properties: { name } }])));
  const before = { ...stack.env };
  Object.assign(stack.env, env);
  const command = stack.start("up", "--yes", "--skip-preview");
  fault.strike(proxy, async () => {
    const plugins = await command.plugins();
    await command.kill();
    for (const plugin of plugins) endProcess(plugin);
    return "cut";
  });
  const { code } = await command.ended;
  proxy.onResponse = () => "pass";
  for (const name of Object.keys(env)) stack.env[name] = before[name];
  await stack.recover();
  return {
    firstRun: code === 0 ? "succeeds" : "fails",
    live: (await gateway.activeKeys()).length,
    inState: (await stack.keysInState()).length,
  };
}
