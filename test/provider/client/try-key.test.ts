import { describe, expect, it } from "vitest";
import { Http } from "../../../provider/client/http";
import { tryKey } from "../../../provider/client/try-key";
import { testGateway } from "../../support/gateway";
import { type ScriptedResponse, scriptedServer } from "../../support/scripted-server";

const value = `dg_live_${crypto.randomUUID()}`;

function http(maxRetries = 1): Http {
  const signal = new AbortController().signal;
  const options = { timeoutSeconds: 20, maxRetries, maxConcurrency: 4, proxies: new Map(), userAgent: "test", signal };
  return new Http(options);
}

describe("the data plane's result for a key value", () => {
  const unknown = (because: string) => ({
    unknownBecause: expect.stringMatching(`^GET /v1/models on [^ ]+${because}`),
  });

  it.each<[ScriptedResponse, unknown]>([
    [{ status: 200 }, "accepted"],
    [{ status: 403 }, "accepted"],
    [{ status: 401 }, "rejected"],
    [{ status: 404 }, unknown(" responded with 404$")],
    [{ status: 302, headers: { location: "/elsewhere" } }, unknown(" responded with 302$")],
    [{ status: 503, headers: { "retry-after": "0" } }, unknown(" responded with 503$")],
    ["reset", unknown(": the connection failed")],
  ])("from a server that responds with %o", async (response, expected) => {
    const { url, received } = await scriptedServer(response);
    expect(await tryKey(http(), { gatewayUrl: url, value })).toEqual(expected);
    expect(received[0]).toMatchObject({ method: "GET", headers: { authorization: `Bearer ${value}` } });
  });

  it("is that of the gateway: a key without the scope models:read is accepted, a revoked one is rejected", async () => {
    const gateway = await testGateway();
    const { id, key } = await gateway.call("POST", "/api-keys", { name: "CI", scopes: ["chat:completions"] });
    const result = () => tryKey(http(), { gatewayUrl: gateway.gateway.gatewayUrl, value: key });
    expect(await result()).toBe("accepted");
    await gateway.revoke(id);
    expect(await result()).toBe("rejected");
  });

  it("is not known if there is no response within the limit, and nothing is retried after it", async () => {
    const { url, received } = await scriptedServer("silence");
    const started = performance.now();
    const result = await tryKey(http(20), { gatewayUrl: url, value, limitSeconds: 0.2 });
    expect(result).toEqual({ unknownBecause: expect.stringContaining("there was no response within 0.2 seconds") });
    expect(received).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
