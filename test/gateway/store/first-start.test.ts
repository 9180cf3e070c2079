import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import * as z from "zod";
import { type Actor, Store } from "../../../gateway/store/store";
import { temporaryFolder } from "../../support/folder";
import { projectRoot } from "../../support/project";
import { amount, it, itByAmount } from "../../support/sample";
import { listening, spawnGateway } from "../gateway-process";

const PAIRS = amount({ sample: 50, all: 500 });

/** Opens each database at the requested time, like a gateway that starts then. */
const PROGRAM = `
  const { Store } = require("./dist/gateway/store/store.js");
  process.on("message", ({ path, at }) => {
    while (Date.now() < at);
    try {
      const store = new Store(path);
      const { workspace, isNew } = store;
      const token = store.members.first("admin").token;
      store.close();
      process.send({ workspace, isNew, token });
    } catch (error) {
      process.send({ error: error.message });
    }
  });`;

const Opened = z.strictObject({ workspace: z.looseObject({ id: z.string() }), isNew: z.boolean(), token: z.string() });

function opener(): ChildProcess {
  const child = spawn(process.execPath, ["-e", PROGRAM], {
    cwd: projectRoot,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  onTestFinished(() => void child.kill());
  return child;
}

async function openAt(child: ChildProcess, path: string, at: number) {
  const message = once(child, "message");
  child.send({ path, at });
  const [opened] = await message;
  return Opened.parse(opened);
}

itByAmount(
  `${PAIRS} pairs of processes that open a new database at the same time each share one workspace, and one of them creates it`,
  async () => {
    const folder = await temporaryFolder();
    const children = [opener(), opener()];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const path = join(folder, String(pair), "gateway.db");
      await mkdir(join(folder, String(pair)));
      const at = Date.now() + 5;
      const opened = await Promise.all(children.map((child) => openAt(child, path, at)));
      const store = new Store(path);
      const { workspace } = store;
      const { token } = store.members.first("admin");
      const { value } = store.revealPrimaryKey(admin);
      store.close();
      expect(opened.map((one) => [one.workspace, one.token])).toEqual([
        [workspace, token],
        [workspace, token],
      ]);
      expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(await readFile(join(folder, String(pair), "sandbox.env"), "utf8")).toContain(`DENCH_API_KEY=${value}\n`);
      expect((await readdir(join(folder, String(pair)))).sort()).toEqual([
        "gateway.db",
        "gateway.db.key",
        "sandbox.env",
      ]);
    }
  },
  120_000,
);

const admin: Actor = { caller: { id: "mem_1", name: "Ada", role: "admin", keyId: null }, via: "api" };

it("two gateways that start on one new database have the same keys, and rotations by either reach the sandbox", async () => {
  const folder = await temporaryFolder();
  const data = join(folder, "gateway.db");
  const start = () => listening(spawnGateway("--port", "0", "--json", "--data", data, "--sample"));
  const gateways = await Promise.all([start(), start()]);
  const call = async (gateway: { baseUrl: string; adminToken: string }, method: string, path: string) => {
    const response = await fetch(gateway.baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    const body: unknown = await response.json();
    return body;
  };
  const lists = await Promise.all(gateways.map((gateway) => call(gateway, "GET", "/api-keys?limit=100")));
  expect(lists[0]).toEqual(lists[1]);
  expect(lists[0]).toMatchObject({ items: { length: 20 } });
  await Promise.all([...gateways, ...gateways].map((gateway) => call(gateway, "POST", "/api-keys/primary/rotate")));
  const { key } = z.object({ key: z.string() }).parse(await call(gateways[0], "POST", "/api-keys/primary/reveal"));
  expect(await readFile(join(folder, "sandbox.env"), "utf8")).toContain(`DENCH_API_KEY=${key}\n`);
});
