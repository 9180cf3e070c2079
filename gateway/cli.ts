import { parseArgs } from "node:util";
import { errorMessage } from "../error-message";
import { proxyFor } from "../proxy";
import { readPrices } from "./data-plane/prices";
import { parseUpstreamKey, parseUpstreamUrl, type UpstreamOptions } from "./data-plane/upstream";
import { startGateway } from "./gateway";

const USAGE = `Usage: pulumi-dench gateway [options]

Starts a local Dench gateway, to try things out, to develop and to test. It is not the vendor's service.

  --port PORT   default 4800; 0 picks a free one
  --host HOST   default 127.0.0.1
  --data FILE   the database, made if absent; default :memory:
  --propagation SECONDS
                for so long the data plane refuses a new value; default 0
  --upstream URL
                an OpenAI-compatible API to which requests are passed on, with the key in DENCH_UPSTREAM_KEY;
                default: none, a model that echoes answers
  --prices FILE what the cost of a key's usage is estimated by; default: see docs/local-gateway.md
  --keys-manage accept any gateway key as a token of the management API, with a member's rights
  --sample      fill a workspace that is made now with members, keys and a month of usage, to look at
  --json        print one line of JSON when it listens, and nothing else on stdout
`;

function usageError(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function parseCommand(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: "string", default: "4800" },
        host: { type: "string", default: "127.0.0.1" },
        data: { type: "string", default: ":memory:" },
        propagation: { type: "string", default: "0" },
        upstream: { type: "string" },
        prices: { type: "string" },
        "keys-manage": { type: "boolean", default: false },
        sample: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return { ...values, keysManage: values["keys-manage"], positionals };
  } catch (error) {
    return usageError(errorMessage(error));
  }
}

/** Node 22 warns that its SQLite is experimental: nothing that a user of the gateway could act on. Other warnings are shown. */
function keepSqliteQuiet(): void {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning").on("warning", (warning) => {
    if (warning.name === "ExperimentalWarning" && warning.message.startsWith("SQLite")) return;
    for (const listener of listeners) listener(warning);
  });
}

async function main(): Promise<void> {
  keepSqliteQuiet();
  const { positionals, port, host, data, propagation, upstream, prices, keysManage, sample, json, help } = parseCommand(
    process.argv.slice(2),
  );
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  if (positionals.join(" ") !== "gateway") usageError(`There is no command "${positionals.join(" ")}".`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    usageError(`--port takes a number from 0 to 65535, not "${port}".`);
  if (!/^\d{1,6}$/.test(propagation)) usageError(`--propagation takes a number of seconds, not "${propagation}".`);

  const propagationSeconds = Number(propagation);
  const { close, ...addresses } = await startGateway({
    port: Number(port),
    host,
    data,
    propagationSeconds,
    keysManage,
    sample,
    upstream: upstream === undefined ? undefined : upstreamOf(upstream),
    prices: prices === undefined ? undefined : readPrices(prices),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      close().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
  process.stdout.write(json ? `${JSON.stringify(addresses)}\n` : welcome(addresses));
}

function upstreamOf(text: string): UpstreamOptions {
  try {
    const url = parseUpstreamUrl(text);
    return { url, key: parseUpstreamKey(process.env["DENCH_UPSTREAM_KEY"]), proxy: proxyFor(url, process.env) };
  } catch (error) {
    return usageError(`--upstream cannot be used: ${errorMessage(error)}.`);
  }
}

function welcome({ baseUrl, gatewayUrl, adminToken, memberToken, signInUrl }: Record<string, string>): string {
  return `A local Dench gateway listens. Ctrl-C ends it.

  dashboard       ${signInUrl}
                  (signs the admin in: once, within five minutes; later, sign in with a token)
  management API  ${baseUrl}
  data plane      ${gatewayUrl}/v1
  admin's token   ${adminToken}
  member's token  ${memberToken}

  export DENCH_BASE_URL=${baseUrl} DENCH_GATEWAY_URL=${gatewayUrl} DENCH_API_KEY=${adminToken}
`;
}

function fail(error: unknown): never {
  process.stderr.write(`The gateway could not go on: ${errorMessage(error)}\n`);
  process.exit(1);
}

main().catch(fail);
