import { describe, expect, it } from "vitest";
import type { Client } from "../../../provider/client/client";
import { argumentsSource, resolveConfig } from "../../../provider/config/options";
import { connectProxy } from "../../support/connect-proxy";
import { testClient } from "../../support/context";
import { failureOf } from "../../support/failure";
import { scriptedServer } from "../../support/scripted-server";

function clientOf(env: Readonly<Record<string, string>>): Client {
  const defaults = { DENCH_API_KEY: "token-of-the-test", DENCH_MAX_RETRIES: "0", DENCH_TIMEOUT_SECONDS: "1" };
  const config = resolveConfig(argumentsSource({}), { ...defaults, ...env });
  return testClient(config);
}

const REMOTE = { DENCH_BASE_URL: "https://dench.example/api/v1" };

describe("a request through a proxy", () => {
  it.each([
    ["curl's short form", "user:100%pw@", "user:100%pw"],
    ["a URL", "http://us%40er:w%25rd@", "us@er:w%rd"],
    ["a URL without user", "http://", undefined],
  ])("requests a tunnel, with the decoded user and password: %s", async (_what, before, credentials) => {
    const proxy = await connectProxy("refuse");
    const message = await failureOf(clientOf({ ...REMOTE, HTTPS_PROXY: `${before}${proxy.address}` }).workspace());
    const authorization = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    expect(proxy.requests).toEqual([{ target: "dench.example:443", authorization }]);
    expect(message).toMatch(/the connection through the proxy in HTTPS_PROXY failed \(\w+\)\. Check that HTTPS_PROXY/);
    expect(message).not.toMatch(/pw|w%|of-the-test/);
  });

  it("fails with a timeout if the proxy is silent", async () => {
    const proxy = await connectProxy("silence");
    const call = clientOf({ ...REMOTE, https_proxy: proxy.address }).workspace();
    await expect(call).rejects.toMatchObject({ code: "timeout" });
  });

  it("names the variable if the proxy cannot be reached", async () => {
    const call = clientOf({ ...REMOTE, HTTP_PROXY: "http://127.0.0.1:1" }).workspace();
    expect(await failureOf(call)).toContain("the proxy in HTTP_PROXY failed (ECONNREFUSED)");
  });
});

describe("a request without a proxy", () => {
  it.each(["localhost", "127.0.0.1"])("reaches this machine directly, even if a proxy is set: %s", async (host) => {
    const proxy = await connectProxy("refuse");
    const status = {
      workspace: { id: "org", name: "Shop", slug: "shop" },
      caller: { id: "mem", name: "Ada", role: "admin", keyId: null },
    };
    const server = await scriptedServer({ status: 200, body: status });
    for (const address of [proxy.address, "not a proxy"]) {
      const env = { HTTP_PROXY: address, HTTPS_PROXY: address, http_proxy: address, https_proxy: address };
      await clientOf({ ...env, DENCH_BASE_URL: server.url.replace("127.0.0.1", host) }).workspace();
    }
    expect([server.received.length, proxy.requests.length]).toEqual([2, 0]);
  });
});
