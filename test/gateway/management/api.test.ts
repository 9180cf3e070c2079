import { expect, it } from "vitest";
import * as contract from "../../../contract";
import { testGateway } from "../../support/gateway";

/** Calls the management API of the local gateway, which is stricter than other servers may be. */
async function call(path: string, body?: string | Uint8Array) {
  const { gateway } = await testGateway();
  const response = await fetch(gateway.baseUrl + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${gateway.adminToken}` },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, body: await response.json() };
}

function problemsOf({ status, body }: { status: number; body: unknown }): string[] {
  expect(status).toBe(400);
  const { code, details } = contract.ErrorBody.parse(body).error;
  expect(code).toBe("invalid_request");
  return contract.InvalidRequestDetails.parse(details).map(({ path }) => path);
}

it.each(["limit=1&limit=2", "limit=1&limit=", "limit=1&limit=1"])("rejects a repeated parameter: %s", async (query) => {
  expect(problemsOf(await call(`/api-keys?${query}`))).toEqual(["limit"]);
});

it("lists every invalid parameter", async () => {
  expect(problemsOf(await call("/api-keys?limit=no&status=gone&cursor=a&cursor=b"))).toEqual([
    "limit",
    "cursor",
    "status",
  ]);
});

it("ignores parameters with special names in JavaScript", async () => {
  expect((await call("/api-keys?__proto__=1&__proto__=2&constructor=3&toString=4")).status).toBe(200);
});

it("rejects a body that is not UTF-8, which would change the name of the key", async () => {
  problemsOf(await call("/api-keys", Buffer.from('{"name":"\xff"}', "latin1")));
});

it("rejects a lone surrogate, which the database cannot store", async () => {
  expect(problemsOf(await call("/api-keys", '{"name":"\\ud83d","scopes":["ok","\\ude00"]}'))).toEqual([
    "name",
    "scopes.1",
  ]);
});

it("stores a name unchanged, whatever its characters", async () => {
  for (const name of ["\0", "a\0b", "\u{1F511}".repeat(200), "\u202e\r\n\t", "'; DROP TABLE keys; --"]) {
    expect(await call("/api-keys", JSON.stringify({ name }))).toMatchObject({ status: 201, body: { name } });
  }
});

it("counts characters as JSON Schema does", async () => {
  expect(problemsOf(await call("/api-keys", JSON.stringify({ name: "\u{1F511}".repeat(201) })))).toEqual(["name"]);
});

it("accepts the longest request that the contract allows, with every character escaped", async () => {
  const text = "\\ud83d\\udd11".repeat(200);
  const scopes = Array.from({ length: 100 }, () => `"${text}"`);
  const { status } = await call(
    "/api-keys",
    `{"name":"${text}","scopes":[${scopes}],"requestId":"${"x".repeat(200)}"}`,
  );
  expect(status).toBe(201);
});

it("rejects deeply nested JSON", async () => {
  problemsOf(await call("/api-keys", `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`));
});

it("describes an error with the text that the contract defines for its code", async () => {
  const { body } = await call("/api-keys/key_unknown");
  expect(contract.ErrorBody.parse(body).error.message).toBe(contract.errorMeanings.not_found.text);
});
