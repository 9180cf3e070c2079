import { join } from "node:path";
import { Pool } from "undici";
import * as z from "zod";
import { measurePairs, type Side } from "../measure";
import type { Measurement, Row } from "../row";
import type { Workbench } from "../workbench";
import { fillWorkspace } from "../workspace";

const CONNECTIONS = 64;
const SECONDS = 1;
const [FEW, MANY] = [10, 100_000];
const WHAT = `\`GET /v1/models\` of the local gateway with ${MANY.toLocaleString("en")} keys`;

/** The rate of the data plane. */
export const models: readonly Row[] = [
  {
    name: "gateway-keys",
    what: WHAT,
    reference: `with ${FEW} keys`,
    unit: "requests/s",
    target: { of: "ratio", atLeast: 0.95 },
    pairs: 15,
    run: async (workbench, { pairs, size }) => {
      const ours = await filledGateway(workbench, size(MANY));
      return compareRates(pairs, { ours, reference: await filledGateway(workbench, FEW) });
    },
  },
  {
    name: "gateway-bare",
    what: WHAT,
    reference: "a server of hono and `node:sqlite` that only looks up the key",
    unit: "requests/s",
    target: { of: "ratio", atLeast: 0.6 },
    pairs: 15,
    obstacle: "The gateway writes each use to the disk before it responds. Without that wait, the ratio is above 0.75.",
    run: async (workbench, { pairs, size }) => {
      const ours = await filledGateway(workbench, size(MANY));
      const program = join(__dirname, "../references/bare-server.js");
      const bare = await workbench.server([program, ours.data], z.object({ url: z.string() }));
      return compareRates(pairs, { ours, reference: { url: bare.address.url, value: ours.value } });
    },
  },
];

/** A server of the data plane, and the value of a key that it accepts. */
interface DataPlane {
  readonly url: string;
  readonly value: string;
}

async function filledGateway(workbench: Workbench, keys: number): Promise<DataPlane & { readonly data: string }> {
  const data = join(await workbench.folder(), "gateway.db");
  const value = fillWorkspace(data, keys);
  const { address } = await workbench.gateway(data);
  return { url: address.url, value, data };
}

async function compareRates(pairs: number, planes: Record<Side, DataPlane>): Promise<Measurement> {
  const pools = {
    ours: new Pool(planes.ours.url, { connections: CONNECTIONS }),
    reference: new Pool(planes.reference.url, { connections: CONNECTIONS }),
  };
  const measure = (side: Side) => rate(pools[side], planes[side].value);
  // The first measurement of each side also opens connections and compiles code.
  await measurePairs(1, measure);
  const measured = await measurePairs(pairs, measure);
  await Promise.all(Object.values(pools).map((pool) => pool.destroy()));
  return { pairs: measured };
}

/** Returns the requests per second. Each connection sends its next request after the previous response. */
async function rate(pool: Pool, value: string): Promise<number> {
  const headers = { authorization: `Bearer ${value}` };
  const begin = performance.now();
  const elapsedSeconds = () => (performance.now() - begin) / 1000;
  let responses = 0;
  const send = async () => {
    while (elapsedSeconds() < SECONDS) {
      const { statusCode, body } = await pool.request({ method: "GET", path: "/v1/models", headers });
      await body.dump();
      if (statusCode !== 200) throw new Error(`the server responded with ${statusCode}`);
      responses += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
  return responses / elapsedSeconds();
}
