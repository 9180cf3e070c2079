import fc from "fast-check";
import type { DocumentedOperation, JsonSchema } from "./openapi-document";

/** A request to send. */
export interface Request {
  readonly method: string;
  /** The absolute path with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** Meaningful values for fields and parameters by name, such as IDs of existing keys. */
export type KnownValues = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Generates requests that the document allows for an operation. */
export function validRequest(
  { method, base, path, parameters, body }: DocumentedOperation,
  tokens: readonly string[],
  known: KnownValues,
): fc.Arbitrary<Request> {
  const values = (where: "path" | "query") => {
    const wanted = parameters.filter((parameter) => parameter.in === where);
    const required = wanted.filter((parameter) => parameter.required).map(({ name }) => name);
    return anyRecord(Object.fromEntries(wanted.map(({ name, schema }) => [name, schema])), required, known);
  };
  return fc
    .record({
      token: fc.constantFrom(...tokens),
      inPath: values("path"),
      query: values("query"),
      content: body ? anyValue(body, known).map((value) => JSON.stringify(value)) : fc.constant(undefined),
    })
    .map(({ token, inPath, query, content }) => ({
      method,
      path: `${base}${path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(inPath[name])))}${queryText(query)}`,
      headers: { authorization: `Bearer ${token}` },
      body: content,
    }));
}

function queryText(query: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return parameters.size === 0 ? "" : `?${parameters}`;
}

/** Generates values of a schema. Supports the schemas of the API. */
function anyValue(schema: JsonSchema | boolean | undefined, known: KnownValues): fc.Arbitrary<unknown> {
  if (typeof schema !== "object") return fc.jsonValue();
  const types: unknown = schema.type;
  if (Array.isArray(types)) return fc.oneof(...types.map((type) => anyValue({ ...schema, type }, known)));
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => anyValue(one, known)));
  if (schema.type === undefined) return fc.jsonValue();
  if (schema.type === "null") return fc.constant(null);
  if (schema.type === "boolean") return fc.boolean();
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === "object") return anyRecord(schema.properties ?? {}, schema.required ?? [], known);
  if (schema.type === "array" && !Array.isArray(schema.items)) {
    return fc.array(anyValue(schema.items, known), lengths(schema.minItems, schema.maxItems));
  }
  if (schema.type === "number") {
    return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
  }
  if (schema.type === "integer")
    return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1e9, 1e9) });
  if (schema.type === "string" && schema.pattern) return fc.stringMatching(new RegExp(schema.pattern, "u"));
  if (schema.type === "string") return fc.string({ unit: "binary", ...lengths(schema.minLength, schema.maxLength) });
  throw new Error(`unsupported schema: ${JSON.stringify(schema)}`);
}

function anyRecord(
  fields: Readonly<Record<string, JsonSchema | boolean>>,
  required: readonly string[],
  known: KnownValues,
): fc.Arbitrary<Record<string, unknown>> {
  const values = Object.entries(fields).map(([name, field]) => [name, known[name] ?? anyValue(field, known)]);
  return fc.record(Object.fromEntries(values), { requiredKeys: [...required] });
}

/** Includes the maximum length, which fast-check rarely generates by default. */
function lengths(minLength = 0, maxLength = 20) {
  return { minLength, maxLength, size: "max" } as const;
}

type Breakage = (request: Request) => Request;

const text = fc.string({ unit: "binary", maxLength: 300 });
const word = fc.oneof(
  text,
  fc.constantFrom("", "0", "-1", "1e9", "NaN", "null", "..", "\0", "\u{FEFF}", "x".repeat(20_000)),
);
const headerValue = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });

const brokenMethod = fc
  .constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY")
  .map(
    (method): Breakage =>
      (request) => ({ ...request, method }),
  );

const segment = fc.constantFrom(
  "api-keys",
  "primary",
  "status",
  "usage",
  "reveal",
  "models",
  "chat",
  "completions",
  "responses",
);
const brokenPath = fc
  .tuple(fc.constantFrom("/api/v1", "/v1", "/healthz"), fc.array(fc.oneof(segment, word), { maxLength: 5 }))
  .map(
    ([base, segments]): Breakage =>
      (request) => ({ ...request, path: [base, ...segments.map(encodeURIComponent)].join("/") }),
  );

const brokenQuery = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom("limit", "cursor", "status", "days", "__proto__"), word), word), {
    minLength: 1,
    maxLength: 3,
  })
  .map(
    (pairs): Breakage =>
      (request) => {
        const more = new URLSearchParams(pairs).toString();
        return { ...request, path: `${request.path}${request.path.includes("?") ? "&" : "?"}${more}` };
      },
  );

const brokenHeader = fc
  .tuple(
    fc.constantFrom(
      "authorization",
      "host",
      "accept",
      "content-type",
      "content-encoding",
      "expect",
      "upgrade",
      "x-odd",
    ),
    fc.oneof(
      headerValue,
      fc.constantFrom("Bearer ", "Bearer a b", "Basic YTpi", "gzip", "100-continue", "x".repeat(20_000)),
    ),
  )
  .map(
    ([name, value]): Breakage =>
      (request) => ({ ...request, headers: { ...request.headers, [name]: value } }),
  );

const brokenBody = fc
  .oneof(
    fc.uint8Array({ maxLength: 500 }),
    fc.json(),
    fc.constantFrom("{", "[]", "null", '"\\ud800"', `{"name":"${"x".repeat(300_000)}"}`, "[".repeat(50_000)),
  )
  .map(
    (body): Breakage =>
      (request) => ({ ...request, body }),
  );

const brokenField = fc
  .tuple(
    fc.constantFrom(
      "name",
      "scopes",
      "requestId",
      "model",
      "messages",
      "input",
      "stream",
      "max_tokens",
      "tools",
      "n",
      "__proto__",
    ),
    fc.oneof(fc.jsonValue(), word, fc.constantFrom("\ud800", "x".repeat(201)), fc.array(word)),
  )
  .map(
    ([name, value]): Breakage =>
      (request) => {
        const fields: unknown = typeof request.body === "string" ? JSON.parse(request.body) : {};
        return { ...request, body: JSON.stringify({ ...Object(fields), [name]: value }) };
      },
  );

/** Generates valid requests with one to three defects. */
export function brokenRequest(valid: fc.Arbitrary<Request>): fc.Arbitrary<Request> {
  const breakages = fc.array(fc.oneof(brokenMethod, brokenPath, brokenQuery, brokenHeader, brokenField), {
    maxLength: 2,
  });
  return fc
    .tuple(valid, breakages, fc.oneof(brokenMethod, brokenPath, brokenQuery, brokenHeader, brokenField, brokenBody))
    .map(([request, some, last]) => last(some.reduce((broken, breakage) => breakage(broken), request)));
}
