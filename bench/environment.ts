import { cpus, release, totalmem, type } from "node:os";
import { ENGINE_VERSION } from "../tools/engine/installation";
import { version } from "../version";
import type { Environment } from "./results";

const GIB = 1024 ** 3;

/** Returns the machine and the versions that the results depend on. */
export function measuringEnvironment(): Environment {
  const processors = cpus();
  return {
    machine: `${processors.length} × ${processors[0]?.model ?? "unknown processor"}, ${Math.round(totalmem() / GIB)} GiB`,
    system: `${type()} ${release()}`,
    node: process.version,
    engine: ENGINE_VERSION,
    package: version,
  };
}
