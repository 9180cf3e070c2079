import type * as z from "zod";
import { ErrorBody, errorCodes, isErrorCode, RequestIdUsedDetails } from "./errors";
import type { Kept } from "./kept";
import type { CreateKeyBody } from "./keys";
import { type Operation, operations } from "./operations";
import {
  type EarlierKey,
  type GatewayKeysApi,
  ImplausibleResponse,
  type KeyRequest,
  type RequestIdentity,
} from "./port";
import type { Exchange, ParsedResponse, Response, ResponseError, Send } from "./transport";

/** Returns the implementation of the port for the vendor's assumed API. Each call is one request. */
export function vendorApi(send: Send): GatewayKeysApi {
  return {
    workspace: () => send(exchange(operations.getStatus)),

    list: ({ status, atMost = LARGEST_PAGE, from }, signal) =>
      send(exchange(operations.listKeys, { query: { status, limit: atMost, cursor: from }, signal })),

    make: ({ supportsRequestIds, ...body }: Kept<KeyRequest, CreateKeyBody & RequestIdentity>) =>
      send(recover("request_id_used", parseEarlier, exchange(operations.createKey, { body, supportsRequestIds }))),

    find: (id) => send(recover("not_found", () => NONE, exchange(operations.getKey, { id }))),

    async revoke(id) {
      const key = await send(recover("not_found", () => NONE, exchange(operations.revokeKey, { id })));
      if (key === undefined) return "missing";
      if (key.id !== id) throw new ImplausibleResponse("it is about another key");
      if (key.status === "active") throw new ImplausibleResponse("the key is still active");
      return "revoked";
    },

    primary: () => send(exchange(operations.getPrimaryKey)),

    revealPrimary: () => send(exchange(operations.revealPrimaryKey)),

    rotatePrimary: ({ supportsRequestIds, ...body }) =>
      send(exchange(operations.rotatePrimaryKey, { body, supportsRequestIds })),

    usage: (id) => send(exchange(operations.getKeyUsage, { id, query: { days: 30 } })),
  };
}

/** The maximum number of keys in a page. */
const LARGEST_PAGE = 100;

const NONE = { result: undefined };

interface Call extends Pick<Exchange<unknown>, "query" | "body" | "signal"> {
  /** The value of `{id}` in the path of the operation. */
  readonly id?: string;
  /** Defaults to false. */
  readonly supportsRequestIds?: boolean;
}

function exchange<Result>(
  operation: Operation & { readonly response: z.ZodType<Result> },
  { id, supportsRequestIds = false, ...call }: Call = {},
): Exchange<Result> {
  const { method, path, summary, repeat, status } = operation;
  return {
    task: summary,
    method,
    path,
    ...(id === undefined ? {} : { parameters: { id } }),
    ...call,
    repeatable: repeat === "always" || supportsRequestIds,
    status,
    parse: (response) => {
      if (response.status !== status) return parseError(operation, response);
      const result = operation.response.safeParse(response.json);
      return result.success ? { result: result.data } : { malformed: pathOfFirst(result.error) };
    },
  };
}

/** Returns the exchange with another parser for the responses with this error code. */
function recover<Result, Other>(
  error: ResponseError,
  parseOther: (response: Response) => ParsedResponse<Other>,
  exchange: Exchange<Result>,
): Exchange<Result | Other> {
  return {
    ...exchange,
    parse: (response) => {
      const parsed = exchange.parse(response);
      return "error" in parsed && parsed.error === error ? parseOther(response) : parsed;
    },
  };
}

/**
 * Parses an error response. A code is valid only with its own status, because a proxy may also respond with 404. `not_found` is
 * valid only for an operation with an ID. For others, it means that the address is wrong.
 */
function parseError({ errors }: Operation, { status, json }: Response): ParsedResponse<never> {
  const body = ErrorBody.safeParse(json);
  if (!body.success) return { unexpected: pathOfFirst(body.error) };
  const { code } = body.data.error;
  const isKnown = isErrorCode(code) && errorCodes[code] === status;
  if (isKnown && (code !== "not_found" || errors?.includes(code))) return { error: code };
  return { unexpected: ["error", "code"] };
}

/** Parses the error response that identifies the key of a used request ID. */
function parseEarlier({ json }: Response): ParsedResponse<EarlierKey> {
  const earlier = RequestIdUsedDetails.safeParse(ErrorBody.safeParse(json).data?.error.details);
  if (earlier.success) return { result: { earlier: earlier.data } };
  return { malformed: ["error", "details", ...pathOfFirst(earlier.error)] };
}

function pathOfFirst({ issues }: z.ZodError): readonly PropertyKey[] {
  return issues[0]?.path ?? [];
}
