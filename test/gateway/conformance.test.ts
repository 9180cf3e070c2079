import { Agent, request } from "node:http";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type * as z from "zod";
import * as contract from "../../contract";
import { type Gateway, startGateway } from "../../gateway/gateway";
import { OpenApiDocument } from "./openapi-document";
import { brokenRequest, type KnownValues, type Request, validRequest } from "./requests";

let gateway: Gateway;
let described: OpenApiDocument;
let agent: Agent;
let valid: fc.Arbitrary<Request>;

beforeAll(async () => {
  gateway = await startGateway({ port: 0, data: ":memory:" });
  described = await OpenApiDocument.of(gateway.url);
  agent = new Agent({ keepAlive: true });
  const tokens = [gateway.adminToken, gateway.memberToken];
  const keys = await keyValues();
  const known = await knownValues();
  const tokensOf = (base: string) => (base === "/v1" ? keys : tokens);
  valid = fc.oneof(
    ...described.operations.map((operation) => validRequest(operation, tokensOf(operation.base), known)),
  );
  return async () => {
    agent.destroy();
    await gateway.close();
  };
});

async function send(method: string, path: string, json?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${gateway.adminToken}` };
  const body = json && JSON.stringify(json);
  return (await exchange({ method, path: `/api/v1${path}`, headers, body })).body;
}

/** Creates a key for both scopes, and one for each scope. */
async function keyValues(): Promise<string[]> {
  const scopes = [["models:read", "chat:completions"], ["models:read"], ["chat:completions"]];
  const made = scopes.map((some) => send("POST", "/api-keys", { name: "scoped", scopes: some }));
  return (await Promise.all(made)).map((key) => contract.CreatedKey.parse(key).key);
}

async function knownValues(): Promise<KnownValues> {
  const ids: string[] = [];
  for (const requestId of ["used-1", "used-2", "used-3"]) {
    ids.push(contract.CreatedKey.parse(await send("POST", "/api-keys", { name: "known", requestId })).id);
  }
  await send("DELETE", `/api-keys/${ids[0]}`);
  ids.push(contract.Key.parse(await send("GET", "/api-keys/primary")).id);
  const { cursor } = contract.KeyPage.parse(await send("GET", "/api-keys?limit=1"));
  return {
    id: fc.constantFrom(...ids, "key_unknown"),
    cursor: fc.constant(cursor),
    model: fc.constantFrom("dench-local-echo", "unknown"),
    role: fc.constantFrom("user", "system"),
    requestId: fc.oneof(fc.constantFrom("used-1", "used-2"), fc.stringMatching(/^[A-Za-z0-9:_-]{1,200}$/)),
  };
}

interface Response {
  readonly status: number;
  readonly body: unknown;
  /** The data of each event, if the response is a complete stream. */
  readonly events?: readonly unknown[];
}

/** Returns the data of each event. A chat ends with [DONE], a response with its last event. */
function eventsOf(text: string): unknown[] {
  const data = text.split("\n\n").map((event) => event.replace(/^(event: [\w.]+\n)?data: /, ""));
  expect(data.pop()).toBe("");
  if (data.at(-1) === "[DONE]") data.pop();
  else expect(data.at(-1)).toMatch(/^\{"type":"response\.(completed|incomplete)"/);
  return data.map((json) => JSON.parse(json));
}

async function exchange({ method, path, headers, body }: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const options = { agent, method, headers: { ...headers, ...length } };
    const sent = request(gateway.url + path, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const isStream = response.headers["content-type"] === "text/event-stream";
        try {
          const status = response.statusCode ?? 0;
          resolve(isStream ? { status, body: undefined, events: eventsOf(text) } : { status, body: JSON.parse(text) });
        } catch {
          reject(new Error(`${response.statusCode} with a body that is not JSON: ${text}`));
        }
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Expects a response that the document allows. At an undocumented path, expects a documented error. */
function expectDocumented({ method, path }: Request, { status, body, events }: Response): void {
  const { pathname } = new URL(gateway.url + path);
  const operation = described.operations.find((candidate) => {
    // The ID of a model may contain slashes.
    const pattern = candidate.path.replace(/\{\w+\}/g, candidate.id === "getModel" ? ".+" : "[^/]+");
    return candidate.method === method && new RegExp(`^${candidate.base}${pattern}$`).test(pathname);
  });
  const forms = operation
    ? operation.responses
    : errorsByStatus(["unauthorized", "not_found", "invalid_request", "request_too_large"]);
  const form = forms.get(status);
  expect(form, `${status} of ${operation?.id ?? "an unknown path"}`).toBeDefined();
  if (events) {
    for (const data of events) expect(operation?.events?.safeParse(data).success, JSON.stringify(data)).toBe(true);
  } else {
    expect(form?.safeParse(body).error, JSON.stringify(body)).toBeUndefined();
  }
  expect(status).toBeLessThan(500);
}

function errorsByStatus(codes: readonly contract.ErrorCode[]): ReadonlyMap<number, z.ZodType | undefined> {
  return new Map(codes.map((code) => [contract.errorCodes[code], described.errors.get(code)]));
}

/** Whether `..` in the path leads to the dashboard, which the document does not describe. */
function leadsToDashboard({ path }: Request): boolean {
  return URL.canParse(gateway.url + path) && !/^\/(api\/)?v1(\/|$)/.test(new URL(gateway.url + path).pathname);
}

// Shrinking a failing request can take longer than the default timeout.
const timeout = 60_000;

it("responds to every documented request as documented, and rejects none as malformed", {
  timeout,
}, async () => {
  await fc.assert(
    fc.asyncProperty(valid, async (sent) => {
      const response = await exchange(sent);
      expectDocumented(sent, response);
      expect([400, 401, 413], JSON.stringify(response.body)).not.toContain(response.status);
      if (response.status === 201) expect(response.body).toMatchObject(JSON.parse(String(sent.body)));
    }),
    { numRuns: 500 },
  );
});

it("responds to every defective request as documented, and never with 5xx", {
  timeout,
}, async () => {
  await fc.assert(
    fc.asyncProperty(brokenRequest(valid), async (sent) => {
      fc.pre(!leadsToDashboard(sent));
      expectDocumented(sent, await exchange(sent));
    }),
    { numRuns: 1000 },
  );
});
