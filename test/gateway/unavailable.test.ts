import { describe, expect, it } from "vitest";
import * as contract from "../../contract";
import { temporaryFolder } from "../support/folder";
import type { Addresses } from "./gateway-process";
import { canMount, failingWrites, fullDisk, lockedFile, type PrepareHarm, readOnlyFile } from "./harms";

// The harms are those of Linux.
describe.runIf(process.platform === "linux")("a database that cannot be written", () => {
  it.runIf(canMount)("because the disk is full harms writes alone, and only for so long", () => survives(fullDisk));
  it("because the file is read-only harms writes alone, and only for so long", () => survives(readOnlyFile));
  it("because writing fails harms writes alone, and only for so long", () => survives(failingWrites));
  it("because another process has locked it harms writes alone, and only for so long", () => survives(lockedFile));
});

async function survives(prepare: PrepareHarm): Promise<void> {
  const folder = await temporaryFolder();
  const harm = await prepare(folder);
  const made = await new Caller(harm.running.addresses).call("POST", "/api-keys", { name: "before" });
  const { id, key: value } = contract.CreatedKey.parse(made.body);
  const before = await new Caller(harm.running.addresses).everything(id);

  const { gateway, addresses } = await harm.cause();
  const caller = new Caller(addresses);
  const writes = [
    () => caller.call("POST", "/api-keys", { name: "after", requestId: "r1" }),
    // A value that cannot be noted as revealed is not.
    () => caller.call("POST", "/api-keys/primary/reveal"),
    () => caller.call("POST", "/api-keys/primary/rotate", { requestId: "r2" }),
    () => caller.call("DELETE", `/api-keys/${id}`),
  ];
  for (const write of writes) {
    const { status, body } = await write();
    expect(contract.ErrorBody.parse(body).error).toMatchObject({ code: "unavailable", type: "server_error" });
    expect(status).toBe(503);
  }
  expect(gateway.stderr().match(new RegExp(harm.symptom, "g"))).toHaveLength(writes.length);
  expect(await caller.everything(id)).toEqual(before);
  expect([await caller.use(value), await caller.use(value)]).toEqual([200, 200]);

  await harm.cure();
  const used = await caller.call("GET", `/api-keys/${id}`);
  expect(used.body, "the use while nothing could be written").toMatchObject({ usage30d: { requests: 2 } });
  const answers = [];
  for (const write of writes) answers.push(await write());
  const [created, revealed, rotated, revoked] = answers;
  expect(created).toMatchObject({ status: 201, body: { name: "after", requestId: "r1" } });
  expect(revealed).toMatchObject({ status: 200, body: { key: expect.any(String) } });
  expect(rotated).toMatchObject({ status: 200, body: { status: "active", requestId: "r2" } });
  expect(revoked).toMatchObject({ status: 200, body: { id, status: "revoked" } });
  gateway.process.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect(gateway.stderr().match(/^Uses of keys.*/gm), "once, and nothing is lost").toEqual([
    expect.stringContaining(`Uses of keys wait in memory: they cannot be written (${harm.symptom}`),
  ]);
}

it.runIf(process.platform === "linux")(
  "says how many uses are lost when it ends before they can be written",
  async () => {
    const folder = await temporaryFolder();
    const harm = await lockedFile(folder);
    const made = await new Caller(harm.running.addresses).call("POST", "/api-keys", { name: "app" });
    const { key: value } = contract.CreatedKey.parse(made.body);
    const { gateway, addresses } = await harm.cause();
    const caller = new Caller(addresses);
    expect([await caller.use(value), await caller.use(value)]).toEqual([200, 200]);
    gateway.process.kill("SIGTERM");
    expect(await gateway.exited).toBe(0);
    expect(gateway.stderr()).toContain(
      "Uses of keys are lost, since they could not be written: 2 requests, and costs of $0",
    );
  },
);

class Caller {
  readonly #addresses: Addresses;

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  async call(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
    const { baseUrl, adminToken } = this.#addresses;
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${adminToken}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** All that the management API shows, each time with status 200. */
  async everything(id: string): Promise<unknown[]> {
    const reads = [
      ["GET", "/status"],
      ["GET", "/api-keys"],
      ["GET", `/api-keys/${id}`],
      ["GET", `/api-keys/${id}/usage`],
      ["GET", "/api-keys/primary"],
    ] as const;
    const answers = await Promise.all(reads.map(([method, path]) => this.call(method, path)));
    expect(answers.map(({ status }) => status)).toEqual(reads.map(() => 200));
    return answers.map(({ body }) => body);
  }

  /** The status of the data plane's answer. */
  async use(value: string): Promise<number> {
    const { gatewayUrl } = this.#addresses;
    const answer = await fetch(`${gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${value}` } });
    await answer.body?.cancel();
    return answer.status;
  }
}
