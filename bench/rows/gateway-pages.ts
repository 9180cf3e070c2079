import { join } from "node:path";
import { Pool } from "undici";
import type { ChildServer, GatewayAddress } from "../child-server";
import { measureTimes, spreadOf } from "../measure";
import type { Row, RunOptions } from "../row";
import type { Workbench } from "../workbench";
import { fillWorkspace } from "../workspace";

const KEYS = 100_000;
/** Texts that match no key, one key, some keys and all keys. */
const TEXTS = ["no such key", "key 99999", "9999", "key"];
const CALLS = 50;

/** The pages of the local gateway, whose statements block its process. */
export const gatewayPages: readonly Row[] = [
  {
    name: "gateway-search",
    what: `the longest wait of another request while the keys page searches ${KEYS.toLocaleString("en")} keys`,
    unit: "ms",
    target: { of: "ours", atMost: 20 },
    pairs: 9,
    run: async (workbench, { pairs, size }) => {
      const gateway = await filledGateway(workbench, size);
      const { url } = gateway.address;
      const [searching, waiting] = [new Pool(url, { connections: 1 }), new Pool(url, { connections: 1 })];
      const cookie = await signIn(searching, gateway.address);
      let searches: number[] = [];
      const longestOfSearches = async () => {
        const waits: number[] = [];
        for (const text of TEXTS) {
          const search = timed(() => get(searching, `/settings/api-keys?text=${encodeURIComponent(text)}`, cookie));
          waits.push(await longestWait(waiting, search));
          searches.push(await search);
        }
        return Math.max(...waits);
      };
      // The first searches also compile the code of the page.
      await longestOfSearches();
      searches = [];
      const values = await measureTimes(pairs, longestOfSearches);
      await Promise.all([searching.destroy(), waiting.destroy()]);
      return { values, remark: `the search itself takes ${Math.round(spreadOf(searches).median)} ms` };
    },
  },
  {
    name: "gateway-openapi",
    what: "response to `GET /openapi.json`, of one connection",
    unit: "ms",
    target: { of: "ours", atMost: 1 },
    pairs: 9,
    run: async (workbench, { pairs }) => {
      const pool = new Pool((await workbench.gateway()).address.url, { connections: 1 });
      const call = () => timed(() => get(pool, "/openapi.json"));
      const values = await measureTimes(pairs, async () => spreadOf(await measureTimes(CALLS, call)).median);
      await pool.destroy();
      return { values };
    },
  },
];

async function filledGateway(workbench: Workbench, size: RunOptions["size"]): Promise<ChildServer<GatewayAddress>> {
  const data = join(await workbench.folder(), "gateway.db");
  fillWorkspace(data, size(KEYS));
  return workbench.gateway(data);
}

/** Returns the longest time that a small request takes until `work` is done. */
async function longestWait(pool: Pool, work: Promise<unknown>): Promise<number> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let longest = 0;
  while (!isDone) longest = Math.max(longest, await timed(() => get(pool, "/assets/icon.svg")));
  await done;
  return longest;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function get(pool: Pool, path: string, cookie?: string): Promise<void> {
  const headers = cookie === undefined ? {} : { cookie };
  const { statusCode, body } = await pool.request({ method: "GET", path, headers });
  await body.dump();
  if (statusCode !== 200) throw new Error(`${path} got the status ${statusCode}`);
}

/** Signs the admin in, and returns the cookie of the session. */
async function signIn(pool: Pool, { url, adminToken }: GatewayAddress): Promise<string> {
  const { headers, body } = await pool.request({
    method: "POST",
    path: "/sign-in",
    headers: { origin: url, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token: adminToken }).toString(),
  });
  await body.dump();
  const [cookie = ""] = [headers["set-cookie"] ?? []].flat();
  return cookie.split(";")[0] ?? "";
}
