import * as z from "zod";
import { type EnvProxy, proxyFor } from "../../proxy";
import { DenchError } from "../errors";
import { fieldsWith } from "../values/field-facts";
import { type Problem, problemsOf } from "../values/problems";
import { isLoopback, parseBaseUrl } from "./base-url";

/** The assumed address of the vendor's management API, by the conventions of its published API v1. */
const DEFAULT_BASE_URL = "https://www.dench.com/api/v1";

function address(text: string, context: z.RefinementCtx): string {
  try {
    return parseBaseUrl(text);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : "is not a URL");
    return z.NEVER;
  }
}

const text = () => z.string("must be a string");

/** An integer. It may be a string, because environment variables and the stack config hold only strings. */
function count(min: number, max: number) {
  const message = `must be an integer from ${min} to ${max}`;
  return z.preprocess(numberOf, z.number(message).int(message).min(min, message).max(max, message));
}

function numberOf(value: number | string): unknown {
  return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}

/** The provider's options. */
export const Options = z.strictObject({
  token: text()
    .regex(/^[\x21-\x7e]+$/, "must contain only printable ASCII characters and no spaces")
    .optional()
    .meta({
      description:
        "Token for the management API: a member's token, the primary sandbox key, or another gateway key that the API accepts. Secret. If it is set as an argument, it is stored encrypted in the stack state. Defaults to the environment variable `DENCH_API_KEY`, which is never stored. Changing this does not affect existing keys.",
      secret: true,
    }),
  baseUrl: text()
    .transform(address)
    .default(DEFAULT_BASE_URL)
    .describe(
      `Address of the management API. Must be \`https\`, or \`http\` on this machine. Defaults to the environment variable \`DENCH_BASE_URL\`, or \`${DEFAULT_BASE_URL}\` if that is not set. Changing this does not affect existing keys.`,
    ),
  gatewayUrl: text()
    .transform((given, context) => address(given.replace(/\/+(v1\/*)?$/, ""), context))
    .optional()
    .describe(
      "Address of the data plane, with or without `/v1`. Must be `https`, or `http` on this machine. Required by `waitUntilReady`, because the provider never sends a new key to a guessed host. Defaults to the environment variable `DENCH_GATEWAY_URL`. Changing this does not affect existing keys.",
    ),
  workspace: text()
    .min(1, "must not be empty")
    .optional()
    .describe(
      "Expected workspace slug. If the token belongs to another workspace, the run fails before making changes. Defaults to the environment variable `DENCH_WORKSPACE`, or any workspace if that is not set. Changing this does not affect existing keys.",
    ),
  maxRetries: count(0, 20)
    .default(4)
    .describe(
      "Maximum number of retries for requests that are safe to retry. Must be 0–20. Defaults to the environment variable `DENCH_MAX_RETRIES`, or `4` if that is not set. Changing this does not affect existing keys.",
    ),
  timeoutSeconds: count(1, 600)
    .default(30)
    .describe(
      "Timeout in seconds for each phase of an attempt: connecting, waiting for the response, and receiving it. Must be 1–600. Defaults to the environment variable `DENCH_TIMEOUT_SECONDS`, or `30` if that is not set. Changing this does not affect existing keys.",
    ),
  maxConcurrency: count(1, 256)
    .default(16)
    .describe(
      "Maximum number of concurrent requests. Must be 1–256. Defaults to the environment variable `DENCH_MAX_CONCURRENCY`, or `16` if that is not set. Changing this does not affect existing keys.",
    ),
  driftCheck: z
    .enum(["off", "warn", "required"], "must be off, warn or required")
    .default("warn")
    .describe(
      "How the provider checks, while planning, for keys that were revoked outside of Pulumi. `warn`: if the workspace cannot be read or does not respond within ten seconds, the provider shows a warning and plans from the stack state. `required`: the run fails instead, and the provider also looks for keys that an interrupted run left behind. `off`: the provider reads nothing. Defaults to the environment variable `DENCH_DRIFT_CHECK`, or `warn` if that is not set. Changing this does not affect existing keys.",
    ),
});

/** How the provider checks, while planning, for keys that were revoked outside of Pulumi. */
export type DriftCheck = z.output<typeof Options>["driftCheck"];
export const secretOptions = fieldsWith("secret", Options);

export type OptionName = keyof z.infer<typeof Options>;

/** The environment variable of each option, read if the option is set nowhere else. */
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
  /** Undefined if none was found. The first request then fails, so that operations without requests still work. */
  readonly token: Token | undefined;
  /** The proxy of each origin that needs one. */
  readonly proxies: ReadonlyMap<string, EnvProxy>;
}

/** A token, and a description of where it was set. */
export interface Token {
  readonly value: string;
  /** Part of a sentence, for example `the stack config dench:token`. Safe to show. */
  readonly source: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A source of options. It takes precedence over environment variables. */
export interface ConfigSource {
  readonly values: Readonly<Record<string, unknown>>;
  /** Returns where an option is set, as part of a sentence: `the stack config dench:token`. */
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

/** Returns all problems of a provider's arguments. A value that is not known yet is valid. */
export function configProblems(args: Readonly<Record<string, unknown>>): Problem[] {
  return problemsOf(Options, args, "option");
}

/**
 * Returns the configuration. Each option comes from the source, or from its environment variable. Throws `invalid_config`
 * with every invalid option and where it is set.
 */
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
    throw new DenchError("invalid_config", `Could not configure the provider: ${problems.join("; ")}.`);
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
      // Requests to this machine may be plain HTTP, which a proxy could read.
      const proxy = isLoopback(url) ? undefined : proxyFor(url, env);
      if (proxy) proxies.set(url.origin, proxy);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "The address of a proxy is missing";
      throw new DenchError("invalid_config", `Could not configure the provider. ${reason}, and run again.`);
    }
  }
  return proxies;
}
