import { describe, expect, it } from "vitest";
import * as z from "zod";
import * as contract from "../../contract";
import { testGateway } from "../support/gateway";
import { Visitor } from "./dashboard/visitor";
import { listening, spawnGateway } from "./gateway-process";

const Response = z.object({ status: z.number(), body: z.unknown() });

/** Starts a gateway with an additional key, and returns calls to the management API with that key as the token. */
async function scene({ keysManage }: { keysManage?: boolean } = { keysManage: true }) {
  const gateway = await testGateway(keysManage === undefined ? {} : { keysManage });
  const own = contract.CreatedKey.parse(await gateway.call("POST", "/api-keys", { name: "CI" }));
  const call = (method: string, path: string, body?: object) =>
    sent(gateway.gateway.baseUrl, own.key, method, path, body);
  return { gateway, own, call };
}

async function sent(baseUrl: string, token: string, method: string, path: string, body?: object) {
  const response = await fetch(baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return Response.parse({ status: response.status, body: await response.json() });
}

const code = ({ status, body }: z.infer<typeof Response>) => `${status} ${contract.ErrorBody.parse(body).error.code}`;

describe("an additional key as a token of the management API", () => {
  it("is rejected by default", async () => {
    const { call } = await scene({});
    expect(code(await call("GET", "/status"))).toBe("401 unauthorized");
  });

  it("is accepted with keysManage, and GET /status returns its key ID", async () => {
    const { own, call } = await scene();
    const { status, body } = await call("GET", "/status");
    expect(status).toBe(200);
    expect(contract.Status.parse(body).caller).toEqual({ id: own.id, name: "CI", role: "member", keyId: own.id });
  });

  it("has the rights of a member: it manages additional keys, but cannot reveal or rotate the primary key", async () => {
    const { gateway, own, call } = await scene();
    const primary = "/api-keys/primary";
    const before = await gateway.call("GET", primary);
    expect(code(await call("POST", `${primary}/reveal`))).toBe("403 admin_required");
    expect(code(await call("POST", `${primary}/rotate`, {}))).toBe("403 admin_required");
    expect(await gateway.call("GET", primary)).toEqual(before);

    const made = contract.CreatedKey.parse((await call("POST", "/api-keys", { name: "made by a key" })).body);
    expect(made.createdBy).toEqual({ id: own.id, name: "CI" });
    const revoked = contract.Key.parse((await call("DELETE", `/api-keys/${made.id}`)).body);
    expect(revoked.status).toBe("revoked");
  });

  it("is rejected immediately after any caller has revoked it", async () => {
    const { gateway, own, call } = await scene();
    const other = contract.CreatedKey.parse((await call("POST", "/api-keys", { name: "other" })).body);
    await gateway.revoke(other.id);
    expect(code(await sent(gateway.gateway.baseUrl, other.key, "GET", "/status"))).toBe("401 unauthorized");

    expect((await call("DELETE", `/api-keys/${own.id}`)).status).toBe(200);
    expect(code(await call("GET", "/status"))).toBe("401 unauthorized");
  });

  it("does not change the admin rights of the primary key", async () => {
    const { gateway } = await scene();
    const { id, key } = contract.RevealedKey.parse(await gateway.call("POST", "/api-keys/primary/reveal"));
    const { body } = await sent(gateway.gateway.baseUrl, key, "GET", "/status");
    expect(contract.Status.parse(body).caller).toMatchObject({ role: "admin", keyId: id });
  });

  it("cannot sign in to the dashboard", async () => {
    const { gateway, own } = await scene();
    const visitor = new Visitor(gateway);
    expect((await visitor.post("/sign-in", { token: own.key })).status).toBe(401);
    expect(visitor.cookie).toBe("");
  });

  it("is accepted by the command with --keys-manage", async () => {
    const { baseUrl, adminToken } = await listening(spawnGateway("--port", "0", "--json", "--keys-manage"));
    const { body } = await sent(baseUrl, adminToken, "POST", "/api-keys", { name: "CI" });
    const { id, key } = contract.CreatedKey.parse(body);
    const status = contract.Status.parse((await sent(baseUrl, key, "GET", "/status")).body);
    expect(status.caller.keyId).toBe(id);
  });
});
