import type { Key } from "../../contract";
import { endProcess } from "../support/cli-stack";
import type { Passing, ProxyAction } from "../support/proxy";
import type { Fault, FaultScene, Moment } from "./scene";

const BOTH: readonly Moment[] = ["before", "after"];
const ONCE = { moments: BOTH, times: 1 };
const withStatus = (status: number, headers: Readonly<Record<string, string>> = {}): ProxyAction => ({
  status,
  headers,
});

export const faults: readonly Fault[] = [
  {
    name: "engine killed",
    ...ONCE,
    async act(_scene, run): Promise<ProxyAction> {
      await run.kill();
      return "pass";
    },
  },
  {
    name: "provider killed",
    ...ONCE,
    async act(_scene, run): Promise<ProxyAction> {
      (await run.plugins()).forEach(endProcess);
      return "pass";
    },
  },
  {
    name: "engine and provider killed",
    ...ONCE,
    async act(_scene, run): Promise<ProxyAction> {
      const plugins = await run.plugins();
      await run.kill();
      plugins.forEach(endProcess);
      return "cut";
    },
  },
  {
    name: "engine killed, PULUMI_SKIP_CHECKPOINTS",
    ...ONCE,
    env: { PULUMI_SKIP_CHECKPOINTS: "true" },
    async act(_scene, run): Promise<ProxyAction> {
      await run.kill();
      return "cut";
    },
  },
  { name: "connection reset", ...ONCE, act: () => "cut" },
  { name: "502", ...ONCE, act: () => withStatus(502) },
  {
    name: "502 to each attempt",
    moments: BOTH,
    times: 100,
    env: { DENCH_MAX_RETRIES: "1" },
    act: () => withStatus(502),
  },
  {
    name: "429, Retry-After in seconds",
    moments: ["before"],
    times: 1,
    act: () => withStatus(429, { "retry-after": "1" }),
  },
  {
    name: "429, Retry-After as a date",
    moments: ["before"],
    times: 1,
    act: () => withStatus(429, { "retry-after": new Date(Date.now() + 1000).toUTCString() }),
  },
  {
    name: "timeout",
    ...ONCE,
    env: { DENCH_TIMEOUT_SECONDS: "1" },
    act: (scene) => scene.untilNextRequest().then((): ProxyAction => "cut"),
  },
  { name: "request delivered twice", moments: ["before"], times: 1, act: () => "twice" },
  { name: "truncated body", moments: ["after"], times: 1, act: () => "half" },
  { name: "truncated body without a length", moments: ["after"], times: 1, act: () => "half of no length" },
  { name: "401 from this request on", moments: BOTH, times: 100, act: () => withStatus(401) },
  { name: "wrong response of the right form", ...ONCE, act: (scene, _run, request) => falseResponse(scene, request) },
  {
    name: "clocks months apart",
    ...ONCE,
    env: { DENCH_TEST_NOW: "" },
    change: (scene) => scene.sendServerTime(),
    act: () => "pass",
  },
  {
    name: "reads take more than ten seconds",
    moments: ["before"],
    times: 1,
    isMet: ({ method, path }) => method === "GET" && /\/api-keys[/?]/.test(path),
    act: () => new Promise<ProxyAction>((resolve) => setTimeout(() => resolve("pass"), 10_500)),
  },
  ...(["cut", withStatus(502)] as const).map(
    (action): Fault => ({
      name: `${action === "cut" ? "connection reset" : "502"}, by a server without request IDs`,
      ...ONCE,
      env: { DENCH_MAX_RETRIES: "1" },
      withoutRequestIds: true,
      change: (scene) => scene.dropRequestIds(),
      act: () => action,
    }),
  ),
  {
    name: "gateway restarted",
    ...ONCE,
    async act({ gateway }): Promise<ProxyAction> {
      await gateway.restart();
      return "pass";
    },
  },
];

/** Returns a false response in the right form: it is about another key, or reports no change. */
async function falseResponse({ gateway }: FaultScene, { method, path, body }: Passing): Promise<ProxyAction> {
  const isRequested = ({ id, requestId }: Key) =>
    path.endsWith(id) || (typeof requestId === "string" && body.includes(requestId));
  const [other] = (await gateway.activeKeys()).filter((key) => method === "DELETE" || !isRequested(key));
  const value = crypto.randomUUID();
  if (path.endsWith("/reveal")) return { status: 200, body: JSON.stringify({ id: other?.id, key: value }) };
  if (path.endsWith("/rotate")) return { status: 200, body: JSON.stringify(other) };
  if (method === "POST") return { status: 201, body: JSON.stringify({ ...other, key: value }) };
  return { status: 200, body: JSON.stringify(other) };
}
