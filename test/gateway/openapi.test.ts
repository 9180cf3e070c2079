import { beforeAll, describe, expect, it } from "vitest";
import * as contract from "../../contract";
import { type Gateway, startGateway } from "../../gateway/gateway";
import { OpenApiDocument } from "./openapi-document";

let gateway: Gateway;
let described: OpenApiDocument;

beforeAll(async () => {
  gateway = await startGateway({ port: 0, data: ":memory:" });
  described = await OpenApiDocument.of(gateway.url);
  return () => gateway.close();
});

describe("GET /openapi.json", () => {
  it("needs no token, and is OpenAPI 3.1 that says the API is assumed", async () => {
    const answer = await fetch(`${gateway.url}/openapi.json`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(described.document.openapi).toMatch(/^3\.1\./);
    expect(described.document.info.description).toContain("assumed, and not published by the vendor");
  });

  it("tells where the API is, and that it takes bearer tokens", () => {
    const { servers, security, components } = described.document;
    expect(servers.map(({ url }) => new URL(url, gateway.url).href)).toEqual([gateway.baseUrl]);
    expect(security).toEqual([{ token: [] }]);
    expect(components.securitySchemes["token"]).toMatchObject({ type: "http", scheme: "bearer" });
  });

  it("describes every operation of the contract, the two of the data plane, and no other", () => {
    const expected = [
      ...Object.entries(contract.operations).map(([id, { method, path }]) => [id, method, `/api/v1${path}`]),
      ["listModels", "GET", "/v1/models"],
      ["createChatCompletion", "POST", "/v1/chat/completions"],
    ];
    expect(described.operations.map(({ id, method, base, path }) => [id, method, base + path])).toEqual(expected);
  });

  it("tells that the data plane has an address and keys of its own", () => {
    const { paths, components } = described.document;
    for (const operation of [paths["/models"]?.["get"], paths["/chat/completions"]?.["post"]]) {
      const { servers, security } = operation ?? expect.fail();
      expect(servers?.map(({ url }) => new URL(url, gateway.url).href)).toEqual([`${gateway.gatewayUrl}/v1`]);
      expect(security).toEqual([{ gatewayKey: [] }]);
    }
    expect(components.securitySchemes["gatewayKey"]).toMatchObject({ type: "http", scheme: "bearer" });
  });

  it.each(Object.entries<contract.Operation>(contract.operations))(
    "lists the success of %s and each of its refusals, every one with a status of its own",
    (name, { status, errors = [] }) => {
      const codes = [...contract.commonErrors, ...errors];
      const answers = described.operations.find(({ id }) => id === name)?.answers ?? new Map();
      const statuses = [status, ...codes.map((code) => contract.errorCodes[code])];
      expect([...answers.keys()].toSorted()).toEqual(statuses.toSorted());
      expect(new Set(statuses).size).toBe(statuses.length);
      for (const code of codes) expect(answers.get(contract.errorCodes[code])).toBe(described.refusals.get(code));
    },
  );

  it("has a refusal for every code, in the API's form, and for that code alone", () => {
    expect([...described.refusals.keys()].toSorted()).toEqual(Object.keys(contract.errorCodes).toSorted());
    for (const [code, refusal] of described.refusals) {
      const body = (word: string) => ({ error: { message: "m", type: "t", code: word } });
      expect(refusal.safeParse(body(code)).success, code).toBe(true);
      expect(refusal.safeParse(body("another")).success, code).toBe(false);
    }
  });

  it("names what an answer always has, and lets it have more", () => {
    const { Key = {} } = described.document.components.schemas;
    expect(Key.required?.toSorted()).toEqual([
      "createdAt",
      "createdBy",
      "id",
      "kind",
      "last4",
      "name",
      "prefix",
      "revokedAt",
      "scopes",
      "status",
      "usage30d",
    ]);
    expect(Object.keys(Key.properties ?? {})).toEqual(expect.arrayContaining(["lastUsedAt", "requestId"]));
    expect(JSON.stringify(described.document)).not.toContain("additionalProperties");
  });

  it("wants a body where one is needed", () => {
    const { paths } = described.document;
    expect(paths["/api-keys"]?.["post"]?.requestBody?.required).toBe(true);
    expect(paths["/api-keys/primary/rotate"]?.["post"]?.requestBody?.required).toBe(false);
    expect(paths["/api-keys"]?.["get"]?.requestBody).toBeUndefined();
  });
});
