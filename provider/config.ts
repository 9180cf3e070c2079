import * as z from "zod";
import { parseBaseUrl } from "./base-url";
import { DenchError } from "./errors";
import { fieldsWith } from "./field-facts";
import { type Problem, problemsOf } from "./problems";

/** Where the vendor's management API is, by the conventions of its published API v1. */
export const DEFAULT_BASE_URL = "https://www.dench.com/api/v1";

function address(text: string, context: z.RefinementCtx): string {
  try {
    return parseBaseUrl(text);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : "is not a URL");
    return z.NEVER;
  }
}

/** Numbers come as they are, or as text: the environment and the stack's config have only text. */
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** The provider's options. */
export const Options = z.strictObject({
  token: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be without spaces, line ends and other characters that a header cannot have")
    .optional()
    .meta({
      description:
        "The token for the management API: a member's, or the primary sandbox key. Secret; it is kept in the stack's state. Default: the environment variable `DENCH_API_KEY`, which never enters the state. Changing it touches no key.",
      secret: true,
    }),
  baseUrl: z
    .string()
    .transform(address)
    .default(DEFAULT_BASE_URL)
    .describe(
      `Address of the management API; https, or http on this machine. Default: \`DENCH_BASE_URL\`, else ${DEFAULT_BASE_URL}. Changing it touches no key.`,
    ),
  gatewayUrl: z
    .string()
    .transform((text, context) => address(text.replace(/\/+(v1\/*)?$/, ""), context))
    .optional()
    .describe(
      "Address of the data plane, with or without `/v1`; https, or http on this machine. Needed by `waitUntilReady`: a new key is not tried on a guessed host. Default: `DENCH_GATEWAY_URL`, else none. Changing it touches no key.",
    ),
  workspace: z
    .string()
    .min(1)
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
    .preprocess((value) => (value === "true" || value === "false" ? value === "true" : value), z.boolean())
    .default(true)
    .describe(
      "Whether a plan asks the workspace which keys still live, so that one revoked elsewhere is seen. Default: `DENCH_DRIFT_CHECK`, else true. Changing it touches no key.",
    ),
});

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
}

/** A token, and where it came from in words that may be shown. */
export interface Token {
  readonly value: string;
  readonly source: string;
}

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
  return problemsOf(Options, args);
}

/** Takes each option from the source, else the environment. Throws `invalid_config`, naming every bad one and its place. */
export function resolveConfig(source: ConfigSource, env: Readonly<Record<string, string | undefined>>): Config {
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
  return { ...config, token: token === undefined ? undefined : { value: token, source: places["token"] ?? "?" } };
}
