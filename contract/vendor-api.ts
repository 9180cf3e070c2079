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
import type { Exchange, Reading, Refusal, Response, Send } from "./transport";

/** The port on the vendor's API, as it is assumed: each call is one request. */
export function vendorApi(send: Send): GatewayKeysApi {
  return {
    workspace: () => send(exchange(operations.getStatus)),

    list: ({ status, atMost = LARGEST_PAGE, from }, signal) =>
      send(exchange(operations.listKeys, { query: { status, limit: atMost, cursor: from }, signal })),

    make: ({ supportsRequestIds, ...body }: Kept<KeyRequest, CreateKeyBody & RequestIdentity>) =>
      send(or("request_id_used", readEarlier, exchange(operations.createKey, { body, supportsRequestIds }))),

    find: (id) => send(or("not_found", () => NONE, exchange(operations.getKey, { id }))),

    async revoke(id) {
      const key = await send(or("not_found", () => NONE, exchange(operations.revokeKey, { id })));
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

/** The most keys that the API gives at once. */
const LARGEST_PAGE = 100;

const NONE = { result: undefined };

interface Call extends Pick<Exchange<unknown>, "query" | "body" | "signal"> {
  /** Takes the place of `{id}` in the operation's path. */
  readonly id?: string;
  /** Defaults to false. */
  readonly supportsRequestIds?: boolean;
}

function exchange<Result>(
  operation: Operation & { readonly answer: z.ZodType<Result> },
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
    read: (response) => {
      if (response.status !== status) return readError(operation, response);
      const result = operation.answer.safeParse(response.json);
      return result.success ? { result: result.data } : { misshapen: placeOf(result.error) };
    },
  };
}

/** Returns an exchange in which one refusal is read in another way. */
function or<Result, Other>(
  refusal: Refusal,
  readOther: (response: Response) => Reading<Other>,
  exchange: Exchange<Result>,
): Exchange<Result | Other> {
  return {
    ...exchange,
    read: (response) => {
      const reading = exchange.read(response);
      return "refusal" in reading && reading.refusal === refusal ? readOther(response) : reading;
    },
  };
}

/**
 * Reads an error response. A code counts only with its status: a proxy's 404 is not the API's. A server that says "not found"
 * of an address without an ID means the address. The API's codes are the words of the port.
 */
function readError({ errors }: Operation, { status, json }: Response): Reading<never> {
  const body = ErrorBody.safeParse(json);
  if (!body.success) return { unexpected: placeOf(body.error) };
  const { code } = body.data.error;
  const isKnown = isErrorCode(code) && errorCodes[code] === status;
  if (isKnown && (code !== "not_found" || errors?.includes(code))) return { refusal: code };
  return { unexpected: ["error", "code"] };
}

/** Reads which key a used request ID has created. */
function readEarlier({ json }: Response): Reading<EarlierKey> {
  const earlier = RequestIdUsedDetails.safeParse(ErrorBody.safeParse(json).data?.error.details);
  if (earlier.success) return { result: { earlier: earlier.data } };
  return { misshapen: ["error", "details", ...placeOf(earlier.error)] };
}

function placeOf({ issues }: z.ZodError): readonly PropertyKey[] {
  return issues[0]?.path ?? [];
}
