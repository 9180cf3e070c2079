import { expect, it } from "vitest";
import * as contract from "../../../contract";
import { testGateway } from "../../support/gateway";

/** An answer of the local gateway, which is stricter here than other servers of the API may be. */
async function call(path: string, body?: string | Uint8Array) {
  const { gateway } = await testGateway();
  const answer = await fetch(gateway.baseUrl + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${gateway.adminToken}` },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, body: await answer.json() };
}

function problemsOf({ status, body }: { status: number; body: unknown }): string[] {
  expect(status).toBe(400);
  const { code, details } = contract.ErrorBody.parse(body).error;
  expect(code).toBe("invalid_request");
  return contract.InvalidRequestDetails.parse(details).map(({ path }) => path);
}

it.each(["limit=1&limit=2", "limit=1&limit=", "limit=1&limit=1"])(
  "refuses a parameter given twice: %s",
  async (query) => {
    expect(problemsOf(await call(`/api-keys?${query}`))).toEqual(["limit"]);
  },
);

it("names every parameter that is not of its form", async () => {
  expect(problemsOf(await call("/api-keys?limit=no&status=gone&cursor=a&cursor=b"))).toEqual([
    "limit",
    "cursor",
    "status",
  ]);
});

it("has room for names of parameters that mean something to JavaScript", async () => {
  expect((await call("/api-keys?__proto__=1&__proto__=2&constructor=3&toString=4")).status).toBe(200);
});

it("refuses a body that is not UTF-8, which would make a key of another name", async () => {
  problemsOf(await call("/api-keys", Buffer.from('{"name":"\xff"}', "latin1")));
});

it("refuses half a surrogate pair, which the database could not keep", async () => {
  expect(problemsOf(await call("/api-keys", '{"name":"\\ud83d","scopes":["ok","\\ude00"]}'))).toEqual([
    "name",
    "scopes.1",
  ]);
});

it("keeps a name as it was given, whatever is in it", async () => {
  for (const name of ["\0", "a\0b", "\u{1F511}".repeat(200), "\u202e\r\n\t", "'; DROP TABLE keys; --"]) {
    expect(await call("/api-keys", JSON.stringify({ name }))).toMatchObject({ status: 201, body: { name } });
  }
});

it("counts characters as JSON Schema does", async () => {
  expect(problemsOf(await call("/api-keys", JSON.stringify({ name: "\u{1F511}".repeat(201) })))).toEqual(["name"]);
});

it("takes the longest request that the contract allows, written in the longest way", async () => {
  const text = "\\ud83d\\udd11".repeat(200);
  const scopes = Array.from({ length: 100 }, () => `"${text}"`);
  const { status } = await call(
    "/api-keys",
    `{"name":"${text}","scopes":[${scopes}],"requestId":"${"x".repeat(200)}"}`,
  );
  expect(status).toBe(201);
});

it("refuses JSON that is nested without end", async () => {
  problemsOf(await call("/api-keys", `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`));
});

it("describes an error by the meaning that the contract gives its code", async () => {
  const { body } = await call("/api-keys/key_unknown");
  expect(contract.ErrorBody.parse(body).error.message).toBe(contract.errorMeanings.not_found.text);
});
