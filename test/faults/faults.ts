import type { Key } from "../../contract";
import { endProcess } from "../support/cli-stack";
import type { Fate, Passing } from "../support/proxy";
import type { Fault, FaultScene, Moment } from "./scene";

const BOTH: readonly Moment[] = ["before", "after"];
const ONCE = { moments: BOTH, times: 1 };
const answer = (status: number, headers: Readonly<Record<string, string>> = {}): Fate => ({ status, headers });

export const faults: readonly Fault[] = [
  {
    name: "engine killed",
    ...ONCE,
    async befall(_scene, run): Promise<Fate> {
      await run.kill();
      return "pass";
    },
  },
  {
    name: "provider killed",
    ...ONCE,
    async befall(_scene, run): Promise<Fate> {
      (await run.plugins()).forEach(endProcess);
      return "pass";
    },
  },
  {
    name: "engine and provider killed",
    ...ONCE,
    async befall(_scene, run): Promise<Fate> {
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
    async befall(_scene, run): Promise<Fate> {
      await run.kill();
      return "cut";
    },
  },
  { name: "connection reset", ...ONCE, befall: () => "cut" },
  { name: "502", ...ONCE, befall: () => answer(502) },
  {
    name: "502 to each attempt",
    moments: BOTH,
    times: 100,
    env: { DENCH_MAX_RETRIES: "1" },
    befall: () => answer(502),
  },
  {
    name: "429, Retry-After in seconds",
    moments: ["before"],
    times: 1,
    befall: () => answer(429, { "retry-after": "1" }),
  },
  {
    name: "429, Retry-After as a date",
    moments: ["before"],
    times: 1,
    befall: () => answer(429, { "retry-after": new Date(Date.now() + 1000).toUTCString() }),
  },
  {
    name: "timeout",
    ...ONCE,
    env: { DENCH_TIMEOUT_SECONDS: "1" },
    befall: (scene) => scene.untilNextRequest().then((): Fate => "cut"),
  },
  { name: "request delivered twice", moments: ["before"], times: 1, befall: () => "twice" },
  { name: "truncated body", moments: ["after"], times: 1, befall: () => "half" },
  { name: "truncated body without a length", moments: ["after"], times: 1, befall: () => "half of no length" },
  { name: "401 from this request on", moments: BOTH, times: 100, befall: () => answer(401) },
  { name: "wrong response of the right form", ...ONCE, befall: (scene, _run, request) => lie(scene, request) },
  {
    name: "clocks months apart",
    ...ONCE,
    env: { DENCH_TEST_NOW: "" },
    change: (scene) => scene.tellTime(),
    befall: () => "pass",
  },
  {
    name: "reads take more than ten seconds",
    moments: ["before"],
    times: 1,
    isMet: ({ method, path }) => method === "GET" && /\/api-keys[/?]/.test(path),
    befall: () => new Promise<Fate>((resolve) => setTimeout(() => resolve("pass"), 10_500)),
  },
  ...(["cut", answer(502)] as const).map(
    (fate): Fault => ({
      name: `${fate === "cut" ? "connection reset" : "502"}, by a server without request IDs`,
      ...ONCE,
      env: { DENCH_MAX_RETRIES: "1" },
      withoutRequestIds: true,
      change: (scene) => scene.dropRequestIds(),
      befall: () => fate,
    }),
  ),
  {
    name: "gateway restarted",
    ...ONCE,
    async befall({ gateway }): Promise<Fate> {
      await gateway.restart();
      return "pass";
    },
  },
];

/** A response of the right form that cannot be right: it is about another key, or says that nothing has changed. */
async function lie({ gateway }: FaultScene, { method, path, body }: Passing): Promise<Fate> {
  const isAsked = ({ id, requestId }: Key) =>
    path.endsWith(id) || (typeof requestId === "string" && body.includes(requestId));
  const [other] = (await gateway.activeKeys()).filter((key) => method === "DELETE" || !isAsked(key));
  const value = crypto.randomUUID();
  if (path.endsWith("/reveal")) return { status: 200, body: JSON.stringify({ id: other?.id, key: value }) };
  if (path.endsWith("/rotate")) return { status: 200, body: JSON.stringify(other) };
  if (method === "POST") return { status: 201, body: JSON.stringify({ ...other, key: value }) };
  return { status: 200, body: JSON.stringify(other) };
}
