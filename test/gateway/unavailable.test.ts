import { describe, expect, it } from "vitest";
import * as contract from "../../contract";
import { temporaryFolder } from "../support/folder";
import { canMount, failingWrites, fullDisk, lockedFile, type PrepareFault, readOnlyFile } from "./database-faults";
import type { Addresses } from "./gateway-process";

// These faults need Linux.
describe.runIf(process.platform === "linux")("while the database is not writable, only writes fail", () => {
  it.runIf(canMount)("because the disk is full", () => expectOnlyWritesToFail(fullDisk));
  it("because the file is read-only", () => expectOnlyWritesToFail(readOnlyFile));
  it("because of I/O errors", () => expectOnlyWritesToFail(failingWrites));
  it("because another process has locked it", () => expectOnlyWritesToFail(lockedFile));
});

async function expectOnlyWritesToFail(prepare: PrepareFault): Promise<void> {
  const folder = await temporaryFolder();
  const fault = await prepare(folder);
  const made = await new Caller(fault.running.addresses).call("POST", "/api-keys", { name: "before" });
  const { id, key: value } = contract.CreatedKey.parse(made.body);
  const before = await new Caller(fault.running.addresses).everything(id);

  const { gateway, addresses } = await fault.cause();
  const caller = new Caller(addresses);
  const writes = [
    () => caller.call("POST", "/api-keys", { name: "after", requestId: "r1" }),
    // A value is not revealed unless the activity can be recorded.
    () => caller.call("POST", "/api-keys/primary/reveal"),
    () => caller.call("POST", "/api-keys/primary/rotate", { requestId: "r2" }),
    () => caller.call("DELETE", `/api-keys/${id}`),
  ];
  for (const write of writes) {
    const { status, headers, body } = await write();
    expect(contract.ErrorBody.parse(body).error).toMatchObject({ code: "unavailable", type: "server_error" });
    expect(status).toBe(503);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(gateway.stderr().match(new RegExp(fault.symptom, "g"))).toHaveLength(writes.length);
  expect(await caller.everything(id)).toEqual(before);
  expect([await caller.use(value), await caller.use(value)]).toEqual([200, 200]);

  await fault.repair();
  const used = await caller.call("GET", `/api-keys/${id}`);
  expect(used.body, "the usage during the fault").toMatchObject({ usage30d: { requests: 2 } });
  const responses = [];
  for (const write of writes) responses.push(await write());
  const [created, revealed, rotated, revoked] = responses;
  expect(created).toMatchObject({ status: 201, body: { name: "after", requestId: "r1" } });
  expect(revealed).toMatchObject({ status: 200, body: { key: expect.any(String) } });
  expect(rotated).toMatchObject({ status: 200, body: { status: "active", requestId: "r2" } });
  expect(revoked).toMatchObject({ status: 200, body: { id, status: "revoked" } });
  gateway.process.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect(gateway.stderr().match(/^Usage .*/gm), "logged once, and no usage is lost").toEqual([
    expect.stringContaining(`Usage is kept in memory because it cannot be written: ${fault.symptom}`),
  ]);
}

it.runIf(process.platform === "linux")("logs the lost usage if it stops before the usage can be written", async () => {
  const folder = await temporaryFolder();
  const fault = await lockedFile(folder);
  const made = await new Caller(fault.running.addresses).call("POST", "/api-keys", { name: "app" });
  const { key: value } = contract.CreatedKey.parse(made.body);
  const { gateway, addresses } = await fault.cause();
  const caller = new Caller(addresses);
  expect([await caller.use(value), await caller.use(value)]).toEqual([200, 200]);
  gateway.process.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect(gateway.stderr()).toContain("Usage is lost because it could not be written: 2 requests, at a cost of $0");
});

class Caller {
  readonly #addresses: Addresses;

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  async call(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; headers: Headers; body: unknown }> {
    const { baseUrl, adminToken } = this.#addresses;
    const response = await fetch(baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${adminToken}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** Reads everything from the management API, and expects status 200. */
  async everything(id: string): Promise<unknown[]> {
    const reads = [
      ["GET", "/status"],
      ["GET", "/api-keys"],
      ["GET", `/api-keys/${id}`],
      ["GET", `/api-keys/${id}/usage`],
      ["GET", "/api-keys/primary"],
    ] as const;
    const responses = await Promise.all(reads.map(([method, path]) => this.call(method, path)));
    expect(responses.map(({ status }) => status)).toEqual(reads.map(() => 200));
    return responses.map(({ body }) => body);
  }

  /** Returns the status of a data plane request. */
  async use(value: string): Promise<number> {
    const { gatewayUrl } = this.#addresses;
    const response = await fetch(`${gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${value}` } });
    await response.body?.cancel();
    return response.status;
  }
}
