import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { argumentsSource } from "../../../provider/config/options";
import { Session } from "../../../provider/session/session";
import { testGateway } from "../../support/gateway";
import { FaultProxy } from "../../support/proxy";

/** Returns a session with these arguments of a provider. */
function sessionOf(args: Parameters<typeof argumentsSource>[0]): Session {
  return new Session({
    source: argumentsSource(args),
    env: {},
    time: { start: Date.now(), learns: true },
    warn: () => {},
    providerId: undefined,
    cancel: new AbortController().signal,
    trace: () => {},
  });
}

it("logOnce shows a message once per run at each resource, without secrets", () => {
  const token = crypto.randomUUID();
  const session = sessionOf({ token });
  const lines: string[] = [];
  const at = (urn: string) => {
    const log = (severity: string, message: string) => lines.push(`${urn}: ${severity}: ${message}`);
    return session.context({ urn, log, limitSeconds: undefined, isSecretInput: () => true });
  };
  at("a").logOnce("info", "planned");
  at("a").logOnce("info", "planned");
  at("b").logOnce("warning", `planned with ${token}`);
  expect(lines).toEqual(["a: info: planned", expect.stringMatching(/^b: warning: planned with /)]);
  expect(lines.join()).not.toContain(token);
});

it("maxConcurrency limits the requests to the management API and the data plane together", async () => {
  const { gateway } = await testGateway();
  const [api, dataPlane] = [await FaultProxy.before(gateway.url), await FaultProxy.before(gateway.url)];
  let open = 0;
  const seen: number[] = [];
  for (const proxy of [api, dataPlane]) {
    proxy.onRequest = () => {
      open += 1;
      seen.push(open);
      // The server is slow, so that requests overlap.
      return wait(20, "pass");
    };
    proxy.onResponse = () => {
      open -= 1;
      return "pass";
    };
  }
  const session = sessionOf({
    token: gateway.adminToken,
    baseUrl: `${api.url}/api/v1`,
    gatewayUrl: dataPlane.url,
    maxConcurrency: 3,
  });
  const { client, awaitReadiness } = session.context({
    urn: "urn:test",
    log: () => {},
    limitSeconds: undefined,
    isSecretInput: () => true,
  });
  const made = await client.make({ name: "CI", requestId: "r-1", supportsRequestIds: false });
  if (!("value" in made)) throw new Error("the request ID was used before");
  await Promise.all(
    Array.from({ length: 6 }, () => [
      client.listAll(),
      awaitReadiness({ gatewayUrl: dataPlane.url, key: made.value, limitSeconds: 20 }),
    ]).flat(),
  );
  expect([api.passed.length, dataPlane.passed.length]).toEqual([7, 12]);
  expect(Math.max(...seen)).toBe(3);
});
