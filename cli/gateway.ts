import { parseArgs } from "node:util";
import { errorMessage } from "../error-message";
import { readPrices } from "../gateway/data-plane/prices";
import {
  parseUpstreamKey,
  parseUpstreamUrl,
  proxyForUpstream,
  type UpstreamOptions,
} from "../gateway/data-plane/upstream";
import { startGateway } from "../gateway/gateway";
import { describeListenError } from "../gateway/listen-error";
import { COMMON_OPTIONS, type Command, parseCommand, usageError } from "./command";

const USAGE = `Usage: pulumi-dench gateway [options]

Starts a local Dench gateway for evaluation, development and tests. It is not the vendor's service.

  --port PORT   port to listen on; 0 selects a free port (default 4800)
  --host HOST   address to listen on (default 127.0.0.1)
  --allow-host NAME
                also accept requests with this name in the Host header, for example from a proxy; can be repeated
  --data FILE   database file, created if it does not exist (default :memory:)
  --propagation SECONDS
                how long the data plane rejects a new key value (default 0)
  --upstream URL
                OpenAI-compatible API to forward requests to, with the key in DENCH_UPSTREAM_KEY
                (default: none; an echo model responds)
  --insecure-upstream
                allow http:// for an upstream that is not on this machine
  --strict      reject parameters that the echo model ignores (default: a response header names them)
  --cors ORIGIN let pages of this origin send requests to the data plane; * for all; can be repeated
  --prices FILE prices for estimating the cost of usage (default: see docs/local-gateway.md)
  --keys-manage accept any gateway key as a token of the management API, with the rights of a member
  --sample      fill a newly created workspace with sample members, keys and 30 days of usage
  --json        print one line of JSON once the gateway is listening, and nothing else on stdout
  --version     show the version
  -h, --help    show this help
`;

const COMMAND = "pulumi-dench gateway";

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "4800" },
      host: { type: "string", default: "127.0.0.1" },
      "allow-host": { type: "string", multiple: true, default: [] },
      data: { type: "string", default: ":memory:" },
      propagation: { type: "string", default: "0" },
      upstream: { type: "string" },
      "insecure-upstream": { type: "boolean", default: false },
      strict: { type: "boolean", default: false },
      cors: { type: "string", multiple: true, default: [] },
      prices: { type: "string" },
      "keys-manage": { type: "boolean", default: false },
      sample: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      ...COMMON_OPTIONS,
    },
  });

function invalid(problem: string): never {
  return usageError(COMMAND, problem);
}

/** Hides the warning of Node 22 that its SQLite is experimental, which users of the gateway cannot act on. */
function hideSqliteWarning(): void {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning").on("warning", (warning) => {
    if (warning.name === "ExperimentalWarning" && warning.message.startsWith("SQLite")) return;
    for (const listener of listeners) listener(warning);
  });
}

export const gateway: Command = (args) => run(args).catch((error: unknown) => fail(errorMessage(error)));

async function run(args: readonly string[]): Promise<number> {
  hideSqliteWarning();
  const parsed = parseCommand(COMMAND, USAGE, () => parse(args));
  if (parsed === undefined) return 0;
  const { port, host, data, propagation, prices, sample, json, ...options } = parsed.values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    invalid(`--port must be a number from 0 to 65535, not "${port}".`);
  if (!/^\d{1,6}$/.test(propagation)) invalid(`--propagation must be a number of seconds, not "${propagation}".`);

  for (const origin of options.cors) {
    if (origin !== "*" && URL.parse(origin)?.origin !== origin)
      invalid(`--cors must be an origin such as http://localhost:3000, or *, not "${origin}".`);
  }
  if (options.strict && options.upstream !== undefined)
    invalid("--strict applies to the echo model only, and an upstream judges its requests itself.");

  const { close, ...addresses } = await startGateway({
    port: Number(port),
    host,
    allowHosts: options["allow-host"],
    data,
    propagationSeconds: Number(propagation),
    strict: options.strict,
    corsOrigins: options.cors,
    keysManage: options["keys-manage"],
    sample,
    upstream:
      options.upstream === undefined
        ? undefined
        : parseUpstream(options.upstream, { allowHttp: options["insecure-upstream"] }),
    prices: prices === undefined ? undefined : readPrices(prices),
  }).catch((error: unknown) => fail(describeListenError(error, { host, port }) ?? errorMessage(error)));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      close().then(
        () => process.exit(0),
        (error: unknown) => fail(errorMessage(error)),
      );
    });
  }
  process.stdout.write(json ? `${JSON.stringify(addresses)}\n` : welcome(addresses));
  return 0;
}

function parseUpstream(text: string, rules: { allowHttp: boolean }): UpstreamOptions {
  try {
    const url = parseUpstreamUrl(text, rules);
    const key = parseUpstreamKey(process.env["DENCH_UPSTREAM_KEY"]);
    return { url, key, proxy: proxyForUpstream(url, process.env) };
  } catch (error) {
    return invalid(`--upstream is invalid: ${errorMessage(error)}.`);
  }
}

function welcome({ baseUrl, gatewayUrl, adminToken, memberToken, signInUrl }: Record<string, string>): string {
  return `The local Dench gateway is running. Press Ctrl-C to stop it.

  dashboard       ${signInUrl}
                  (signs you in as the admin, once, within five minutes; after that, sign in with a token)
  management API  ${baseUrl}
  data plane      ${gatewayUrl}/v1
  admin token     ${adminToken}
  member token    ${memberToken}

  export DENCH_BASE_URL=${baseUrl} DENCH_GATEWAY_URL=${gatewayUrl} DENCH_API_KEY=${adminToken}
`;
}

function fail(reason: string): never {
  process.stderr.write(`The gateway failed: ${reason}\n`);
  process.exit(1);
}
