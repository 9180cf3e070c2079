import { describe, expect, it } from "vitest";
import { argumentsSource, configProblems, resolveConfig, stackConfigSource } from "../../../provider/config/options";
import { DenchError } from "../../../provider/errors";
import { UNKNOWN } from "../../../provider/values/unknown";

const nothing = argumentsSource({});

describe("each option", () => {
  it("comes from the arguments or the stack config, then from the environment, then from its default", () => {
    const env = { DENCH_API_KEY: "env", DENCH_BASE_URL: "https://env.example", DENCH_MAX_RETRIES: "1" };
    const stackConfig = { token: "config", baseUrl: "https://config.example" };
    expect(resolveConfig(argumentsSource({ token: "args", baseUrl: "https://args.example" }), env)).toEqual({
      token: { value: "args", source: "the provider argument token" },
      baseUrl: "https://args.example",
      maxRetries: 1,
      timeoutSeconds: 30,
      maxConcurrency: 16,
      driftCheck: "warn",
      proxies: new Map(),
    });
    expect(resolveConfig(stackConfigSource(stackConfig), env)).toMatchObject({
      token: { value: "config", source: "the stack config dench:token" },
      baseUrl: "https://config.example",
    });
    expect(resolveConfig(nothing, env).token?.source).toBe("the environment variable DENCH_API_KEY");
    expect(resolveConfig(nothing, {})).toMatchObject({ token: undefined, baseUrl: "https://www.dench.com/api/v1" });
  });

  it("is not set if its environment variable is empty", () => {
    const { token, workspace } = resolveConfig(nothing, { DENCH_API_KEY: "", DENCH_WORKSPACE: "" });
    expect([token, workspace]).toEqual([undefined, undefined]);
  });

  it("may be a number in a string", () => {
    expect(resolveConfig(stackConfigSource({ timeoutSeconds: "5" }), {})).toMatchObject({ timeoutSeconds: 5 });
  });

  it.each(["true", "1", ""])("driftCheck has three values, and %j is not one of them", (driftCheck) => {
    expect(() => resolveConfig(stackConfigSource({ driftCheck }), {})).toThrow(/must be off, warn or required/);
    expect(resolveConfig(nothing, { DENCH_DRIFT_CHECK: "required" }).driftCheck).toBe("required");
  });
});

it.each([
  "https://gateway.example",
  "https://Gateway.Example/",
  "https://gateway.example/v1",
  "https://gateway.example/v1/",
])("gatewayUrl may end in /v1 or a slash: %s", (gatewayUrl) => {
  expect(resolveConfig(argumentsSource({ gatewayUrl }), {}).gatewayUrl).toBe("https://gateway.example");
});

it("a token with a line break, as read from a file, is rejected with the name of its variable", () => {
  expect(() => resolveConfig(argumentsSource({}), { DENCH_API_KEY: "token\n" })).toThrow(
    /environment variable DENCH_API_KEY: must contain only printable ASCII characters/,
  );
});

describe("invalid options", () => {
  it("are all reported in one error, with where each is set and without values", () => {
    const attempt = () =>
      resolveConfig(stackConfigSource({ maxRetries: 99, timeoutSeconds: "secret-ish" }), {
        DENCH_BASE_URL: "http://user:secret-ish@x",
      });
    expect(attempt).toThrow(DenchError);
    expect(attempt).toThrow(/environment variable DENCH_BASE_URL: /);
    expect(attempt).toThrow(/stack config dench:maxRetries: /);
    expect(attempt).toThrow(/stack config dench:timeoutSeconds: /);
    expect(attempt).not.toThrow(/secret-ish/);
  });

  it("are reported by name in a provider's arguments, including unknown ones", () => {
    const paths = configProblems({ tokn: "x", maxRetries: -1, token: "" }).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(["maxRetries", "token", "tokn"]);
  });

  it.each<[string, unknown, string]>([
    ["token", 4711, `must be a string: write it in quotes ("…" in YAML, '"…"' for pulumi config set)`],
    ["token", true, `must be a string: write it in quotes ("…" in YAML, '"…"' for pulumi config set)`],
    ["baseUrl", 4711, "must be a string"],
    ["gatewayUrl", false, "must be a string"],
    ["workspace", 2026, `must be a string: write it in quotes ("…" in YAML, '"…"' for pulumi config set)`],
    ["workspace", "", "must not be empty"],
    ["workspace", ["a"], "must be a string"],
    ["maxRetries", 21, "must be an integer from 0 to 20"],
    ["maxRetries", "-1", "must be an integer from 0 to 20"],
    ["maxRetries", "many", "must be an integer from 0 to 20"],
    ["maxRetries", " ", "must be an integer from 0 to 20"],
    ["maxRetries", true, "must be an integer from 0 to 20"],
    ["timeoutSeconds", 1.5, "must be an integer from 1 to 600"],
    ["timeoutSeconds", "Infinity", "must be an integer from 1 to 600"],
    ["maxConcurrency", [], "must be an integer from 1 to 256"],
  ])("get a message of the provider's own: %s %j", (option, value, message) => {
    expect(configProblems({ [option]: value })).toMatchObject([{ path: option, message }]);
    expect(() => resolveConfig(argumentsSource({ [option]: value }), {})).toThrow(`argument ${option}: ${message}`);
  });

  it.each([
    ["tokn", '; did you mean "token"?'],
    ["base_url", '; did you mean "baseUrl"?'],
    ["retries", '; did you mean "maxRetries"?'],
    ["colour", ""],
  ])("that do not exist are reported with the most similar option, and without their value: %s", (name, question) => {
    const problems = configProblems({ [name]: "hidden-word" });
    expect(problems).toMatchObject([{ message: `there is no option "${name}"${question}`, hidesValue: true }]);
  });

  it("do not include values that are not known yet", () => {
    expect(configProblems({ token: UNKNOWN, baseUrl: UNKNOWN, maxRetries: UNKNOWN })).toEqual([]);
  });
});

describe("a proxy variable with an invalid address", () => {
  const bad = { HTTPS_PROXY: "http://user:hidden-word@:3128" };
  const resolve = (values: Record<string, unknown>, env: Record<string, string> = bad) =>
    resolveConfig(argumentsSource(values), env);

  it.each([
    ["the management API", { baseUrl: "https://dench.example/api/v1" }, "dench.example"],
    ["the data plane", { baseUrl: "http://127.0.0.1:1", gatewayUrl: "https://gateway.example" }, "gateway.example"],
  ])("is rejected with the variable's name, without its value, if %s needs the proxy", (_what, values, host) => {
    expect(() => resolve(values)).toThrow(DenchError);
    expect(() => resolve(values)).toThrow(
      `HTTPS_PROXY is not the address of a proxy, but requests to ${host} would use it`,
    );
    expect(() => resolve(values)).not.toThrow(/hidden-word/);
  });

  it("is ignored if no address needs the proxy", () => {
    const local = { baseUrl: "http://127.0.0.1:1", gatewayUrl: "http://[::1]:1" };
    expect(resolve(local).proxies.size).toBe(0);
    expect(resolve({ baseUrl: "https://dench.example" }, { ...bad, NO_PROXY: "dench.example" }).proxies.size).toBe(0);
  });
});
