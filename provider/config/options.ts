import * as z from "zod";
import { type EnvProxy, proxyFor } from "../../proxy";
import { DenchError } from "../errors";
import { fieldsWith } from "../values/field-facts";
import { type Problem, problemsOf } from "../values/problems";
import { isLoopback, parseBaseUrl } from "./base-url";

/** Where the vendor's management API is, by the conventions of its published API v1. */
const DEFAULT_BASE_URL = "https://www.dench.com/api/v1";

function address(text: string, context: z.RefinementCtx): string {
  try {
    return parseBaseUrl(text);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : "is not a URL");
    return z.NEVER;
  }
}

const text = () => z.string("must be text");

/** A whole number. It may be written as text: the environment and the stack's config have only text. */
function count(min: number, max: number) {
  const words = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(numberOf, z.number(words).int(words).min(min, words).max(max, words));
}

function numberOf(value: number | string): unknown {
  return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}

/** The provider's options. */
export const Options = z.strictObject({
  token: text()
    .regex(/^[\x21-\x7e]+$/, "must be without spaces, line ends and other characters that a header cannot have")
    .optional()
    .meta({
      description:
        "The token for the management API: a member's, the primary sandbox key, or another gateway key where the API accepts it. Secret; given as an argument, it is kept in the stack's state. Default: the environment variable `DENCH_API_KEY`, which never enters the state. Changing it touches no key.",
      secret: true,
    }),
  baseUrl: text()
    .transform(address)
    .default(DEFAULT_BASE_URL)
    .describe(
      `Address of the management API; https, or http on this machine. Default: \`DENCH_BASE_URL\`, else ${DEFAULT_BASE_URL}. Changing it touches no key.`,
    ),
  gatewayUrl: text()
    .transform((given, context) => address(given.replace(/\/+(v1\/*)?$/, ""), context))
    .optional()
    .describe(
      "Address of the data plane, with or without `/v1`; https, or http on this machine. Needed by `waitUntilReady`: a new key is not tried on a guessed host. Default: `DENCH_GATEWAY_URL`, else none. Changing it touches no key.",
    ),
  workspace: text()
    .min(1, "must not be empty")
    .optional()
    .describe(
      "Slug of the workspace that the token has to belong to. With another one's token the run fails before it changes anything. Default: `DENCH_WORKSPACE`, else any workspace. Changing it touches no key.",
    ),
  maxRetries: count(0, 20)
    .default(4)
    .describe(
      "How often a request that failed is repeated where that is safe, 0 to 20. Default: `DENCH_MAX_RETRIES`, else 4. Changing it touches no key.",
    ),
  timeoutSeconds: count(1, 600)
    .default(30)
    .describe(
      "Time limit in seconds for each part of an attempt (to connect, to the answer's start, to its end), 1 to 600. Default: `DENCH_TIMEOUT_SECONDS`, else 30. Changing it touches no key.",
    ),
  maxConcurrency: count(1, 256)
    .default(16)
    .describe(
      "Requests under way at once, 1 to 256. Default: `DENCH_MAX_CONCURRENCY`, else 16. Changing it touches no key.",
    ),
  driftCheck: z
    .enum(["off", "warn", "required"], "must be off, warn or required")
    .default("warn")
    .describe(
      "How a plan checks the workspace for keys that were revoked elsewhere. With `warn`, a server that cannot be read or does not respond within ten seconds costs a warning, and the plan is made from the state. With `required`, that fails the run, and keys that an interrupted run left behind are looked for too. With `off`, nothing is read. Default: `DENCH_DRIFT_CHECK`, else warn. Changing it touches no key.",
    ),
});

/** How a plan checks the workspace for keys that were revoked elsewhere. */
export type DriftCheck = z.output<typeof Options>["driftCheck"];
export const secretOptions = fieldsWith("secret", Options);

export type OptionName = keyof z.infer<typeof Options>;

/** The environment variable that an option is taken from when nothing else gives it. */
export const variables: Readonly<Record<OptionName, string>> = {
  token: "DENCH_API_KEY",
  baseUrl: "DENCH_BASE_URL",
  gatewayUrl: "DENCH_GATEWAY_URL",
  workspace: "DENCH_WORKSPACE",
  maxRetries: "DENCH_MAX_RETRIES",
  timeoutSeconds: "DENCH_TIMEOUT_SECONDS",
  maxConcurrency: "DENCH_MAX_CONCURRENCY",
  driftCheck: "DENCH_DRIFT_CHECK",
};

export interface Config extends Omit<z.output<typeof Options>, "token"> {
  /** Undefined: none was found. Only the first call fails for it, so that what needs no call goes on. */
  readonly token: Token | undefined;
  /** The proxies of those addresses that need one, by origin. */
  readonly proxies: ReadonlyMap<string, EnvProxy>;
}

/** A token, and where it came from in words that may be shown. */
export interface Token {
  readonly value: string;
  readonly source: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A place where options are looked for, before the environment. */
export interface ConfigSource {
  readonly values: Readonly<Record<string, unknown>>;
  /** Where an option stands, in words: `the stack config dench:token`. */
  readonly place: (option: string) => string;
}

export const argumentsSource = (values: ConfigSource["values"]): ConfigSource => ({
  values,
  place: (option) => `the provider argument ${option}`,
});

export const stackConfigSource = (values: ConfigSource["values"]): ConfigSource => ({
  values,
  place: (option) => `the stack config dench:${option}`,
});

/** What is wrong with a provider's arguments, all of it. What is not known yet is no problem. */
export function configProblems(args: Readonly<Record<string, unknown>>): Problem[] {
  return problemsOf(Options, args, "option");
}

/** Takes each option from the source, else the environment. Throws `invalid_config`, naming every bad one and its place. */
export function resolveConfig(source: ConfigSource, env: Environment): Config {
  const values: Record<string, unknown> = {};
  const places: Record<string, string> = {};
  for (const [option, variable] of Object.entries(variables)) {
    const given = source.values[option] ?? undefined;
    const value = given ?? (env[variable] || undefined);
    if (value === undefined) continue;
    values[option] = value;
    places[option] = given === undefined ? `the environment variable ${variable}` : source.place(option);
  }

  const result = Options.safeParse(values);
  if (!result.success) {
    const problems = problemsOf(Options, values).map(({ path, message }) => `${places[path] ?? path}: ${message}`);
    throw new DenchError("invalid_config", `Could not configure the provider. ${problems.join("; ")}.`);
  }
  const { token, ...config } = result.data;
  return {
    ...config,
    token: token === undefined ? undefined : { value: token, source: places["token"] ?? "?" },
    proxies: proxiesOf([config.baseUrl, ...(config.gatewayUrl === undefined ? [] : [config.gatewayUrl])], env),
  };
}

function proxiesOf(addresses: readonly string[], env: Environment): Config["proxies"] {
  const proxies = new Map<string, EnvProxy>();
  for (const address of addresses) {
    const url = new URL(address);
    try {
      // Requests to this machine may be plain http: no proxy shall see them.
      const proxy = isLoopback(url) ? undefined : proxyFor(url, env);
      if (proxy) proxies.set(url.origin, proxy);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "a proxy has no address";
      throw new DenchError("invalid_config", `Could not configure the provider. ${reason}, and run again.`);
    }
  }
  return proxies;
}
