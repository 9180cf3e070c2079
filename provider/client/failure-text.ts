import type { Exchange } from "../../contract/transport";
import { type Token, variables } from "../config/options";
import type { DenchErrorCode } from "../errors";
import { shown } from "../values/shown";
import type { HttpResponse, NoResponseError } from "./http";

/** A request that failed. */
export interface FailedRequest {
  readonly exchange: Pick<Exchange<unknown>, "task" | "method" | "status" | "parameters">;
  readonly url: URL;
  /** The path that errors show. It does not contain the ID, because a program may pass a key value as an ID by mistake. */
  readonly path: string;
  readonly token: Token;
}

/** Returns the error text for a request that is not sent because there is no token. */
export function noTokenText(task: string): string {
  return `Could not ${task}: no token is set. Set the provider argument token, the stack config dench:token, or the environment variable ${variables.token} (export ${variables.token}=…), and run again.`;
}

/** Returns the error text for a request that is not sent because a URL cannot contain the key ID. */
export function badIdText(task: string): string {
  return `Could not ${task}: the key ID is invalid. It is empty, ".", "..", or not well-formed Unicode. Check the ID.`;
}

/** Returns the error text for a request without a complete response. */
export function noResponseText(request: FailedRequest, { message, advice = REACHABLE }: NoResponseError): string {
  return `${attempt(request)} failed: ${message}. ${advice}, then run again.`;
}

const REACHABLE = "Check that the address is correct and reachable from this machine";

/**
 * Returns the error text for an error response. Quotes only its status and code. `field` is the path of the unexpected field,
 * as in `unexpectedFormText`.
 */
export function failureText(
  request: FailedRequest,
  response: HttpResponse,
  code: DenchErrorCode,
  field?: string,
): string {
  const meaning = code === "unexpected_status" ? "" : ` (${code})`;
  return `${attempt(request)} returned ${response.status}${meaning}. ${nextStep(request, response, code, field)}`;
}

/**
 * Returns the error text for a response with an expected status, but an unexpected body. `field` is the path of the first
 * unexpected field: empty for the body itself, undefined if the body is not JSON. Never quotes values.
 */
export function unexpectedFormText(request: FailedRequest, response: HttpResponse, field: string | undefined): string {
  return `${attempt(request)} returned ${response.status}. ${formStep(response, field)}`;
}

function attempt({ exchange, url, path }: FailedRequest): string {
  return `Could not ${exchange.task}: ${exchange.method} ${path} on ${url.host}`;
}

function nextStep(
  request: FailedRequest,
  response: HttpResponse,
  code: DenchErrorCode,
  field: string | undefined,
): string {
  const { source } = request.token;
  switch (code) {
    case "unauthorized":
      return `The server does not accept the token from ${source}: it may be revoked, rotated, or meant for another address. Set a valid token and run again. ${STATE_KEPT}`;
    case "forbidden":
      return `The server, or a proxy, refused the token from ${source}. Check the token and the proxy, then run again. ${STATE_KEPT}`;
    case "admin_required":
      return `The token from ${source} belongs to a member, but the request requires an admin's token. Set an admin's token and run again. ${STATE_KEPT}`;
    case "not_found":
      return "The workspace has no key with this ID. Check the ID, and that the token belongs to the right workspace.";
    case "invalid_request":
      return `The server rejected the request as invalid. ${OTHER_API}`;
    case "rate_limited":
      return "The server limits the number of requests. Run again later, or lower maxConcurrency.";
    case "request_id_used":
      return "An earlier request created a key with the same request ID.";
    case "primary_key_not_revocable":
      return "The primary sandbox key cannot be revoked. Rotate it instead.";
    default:
      return unexpectedStatus(request, response, field);
  }
}

function unexpectedStatus(request: FailedRequest, response: HttpResponse, field: string | undefined): string {
  const { status, location, json } = response;
  const { exchange, url } = request;
  if (status < 300 && (json !== undefined || status === 204)) {
    return `The expected status is ${exchange.status}. ${OTHER_API} ${STATE_KEPT}`;
  }
  if (status >= 300 && status < 400) {
    const target = location === undefined ? "" : ` to ${hostOf(location, url)}`;
    return `The provider does not follow redirects${target}. Set baseUrl to the right address.`;
  }
  if (status >= 500) return `The server failed. Run again later. ${STATE_KEPT}`;
  if (status === 404 && (json === undefined || exchange.parameters === undefined)) {
    return `There is no management API at this address: ${CHECK_BASE_URL}. ${STATE_KEPT}`;
  }
  return formStep(response, field);
}

const STATE_KEPT = "Nothing was removed from the state.";
const OTHER_API =
  "The server's API may differ from the one that this provider expects: look for a newer version of this provider.";
const CHECK_BASE_URL = "check the option baseUrl, which usually ends in /api/v1";

function formStep({ mayBeCut }: HttpResponse, field: string | undefined): string {
  if (field === undefined) {
    const problem = mayBeCut ? "The response body is not JSON, or is incomplete" : "The response body is not JSON";
    return `${problem}, so it does not come from the API: ${CHECK_BASE_URL}. ${STATE_KEPT}`;
  }
  const problem =
    field === ""
      ? "The response body does not have the expected form."
      : `The field ${field} is missing or does not have the expected form.`;
  return `${problem} ${OTHER_API} ${STATE_KEPT}`;
}

/** Returns the error text for a response whose content is implausible. `problem` completes "because …". */
export function implausibleText(task: string, problem: string): string {
  return `Could not ${task}: the server's response cannot be right, because ${problem}. ${STATE_KEPT} ${CHECK_SERVER}; if so, report this to the vendor.`;
}

/** Returns the error text for a created key that the request cannot have created. */
export function foreignKeyText(key: string, keyId: string): string {
  return `Could not create a gateway key: the server responded with ${key}, ${shown(keyId)}. The provider did not change that key. The server may have created another one: look for new keys at Settings → API Keys. ${CHECK_SERVER}.`;
}

const CHECK_SERVER = "Check that the address is the vendor's API and no proxy changes responses";

/** Returns only the host, because the path or query of an address may contain secrets. */
function hostOf(location: string, base: URL): string {
  return URL.canParse(location, base.href) ? new URL(location, base).host : "an invalid address";
}
