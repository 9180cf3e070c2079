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
  it("requires no token, and is OpenAPI 3.1 that declares the API as assumed", async () => {
    const response = await fetch(`${gateway.url}/openapi.json`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(described.document.openapi).toMatch(/^3\.1\./);
    expect(described.document.info.description).toContain("This API is an assumption.");
  });

  it("has the server URL and the bearer authentication of the API", () => {
    const { servers, security, components } = described.document;
    expect(servers.map(({ url }) => new URL(url, gateway.url).href)).toEqual([gateway.baseUrl]);
    expect(security).toEqual([{ token: [] }]);
    expect(components.securitySchemes["token"]).toMatchObject({ type: "http", scheme: "bearer" });
  });

  it("describes every operation of the contract, those of the data plane, the health check, and no other", () => {
    const expected = [
      ...Object.entries(contract.operations).map(([id, { method, path }]) => [id, method, `/api/v1${path}`]),
      ["listModels", "GET", "/v1/models"],
      ["getModel", "GET", "/v1/models/{id}"],
      ["createResponse", "POST", "/v1/responses"],
      ["createChatCompletion", "POST", "/v1/chat/completions"],
      ["getHealth", "GET", "/healthz"],
    ];
    expect(described.operations.map(({ id, method, base, path }) => [id, method, base + path])).toEqual(expected);
  });

  it("has the server URL and the authentication of the data plane", () => {
    const { paths, components } = described.document;
    for (const operation of [
      paths["/models"]?.["get"],
      paths["/models/{id}"]?.["get"],
      paths["/chat/completions"]?.["post"],
      paths["/responses"]?.["post"],
    ]) {
      const { servers, security } = operation ?? expect.fail();
      expect(servers?.map(({ url }) => new URL(url, gateway.url).href)).toEqual([`${gateway.gatewayUrl}/v1`]);
      expect(security).toEqual([{ gatewayKey: [] }]);
    }
    expect(components.securitySchemes["gatewayKey"]).toMatchObject({ type: "http", scheme: "bearer" });
  });

  it.each(Object.entries<contract.Operation>(contract.operations))(
    "lists the success and the errors of %s, each with a distinct status",
    (name, { status, errors = [] }) => {
      const codes = [...contract.commonErrors, ...errors];
      const responses = described.operations.find(({ id }) => id === name)?.responses ?? new Map();
      const statuses = [status, ...codes.map((code) => contract.errorCodes[code])];
      expect([...responses.keys()].toSorted()).toEqual(statuses.toSorted());
      expect(new Set(statuses).size).toBe(statuses.length);
      for (const code of codes) expect(responses.get(contract.errorCodes[code])).toBe(described.errors.get(code));
    },
  );

  it("has an error schema for each code, which accepts only that code", () => {
    expect([...described.errors.keys()].toSorted()).toEqual(Object.keys(contract.errorCodes).toSorted());
    for (const [code, schema] of described.errors) {
      const body = (word: string) => ({ error: { message: "m", type: "t", code: word } });
      expect(schema.safeParse(body(code)).success, code).toBe(true);
      expect(schema.safeParse(body("another")).success, code).toBe(false);
    }
  });

  it("lists required response fields, and allows additional ones", () => {
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

  it("requires a body only where the contract does", () => {
    const { paths } = described.document;
    expect(paths["/api-keys"]?.["post"]?.requestBody?.required).toBe(true);
    expect(paths["/api-keys/primary/rotate"]?.["post"]?.requestBody?.required).toBe(false);
    expect(paths["/api-keys"]?.["get"]?.requestBody).toBeUndefined();
  });
});
