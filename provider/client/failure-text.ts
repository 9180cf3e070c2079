import type { Exchange } from "../../contract/transport";
import { type Token, variables } from "../config/options";
import type { DenchErrorCode } from "../errors";
import { shown } from "../values/shown";
import type { HttpAnswer, NoAnswerError } from "./http";

/** What was asked of the server. */
export interface Asked {
  readonly exchange: Pick<Exchange<unknown>, "task" | "method" | "status" | "parameters">;
  readonly url: URL;
  /** The path that may be shown: without the id, which a program may have taken for something else, such as a value. */
  readonly path: string;
  readonly token: Token;
}

export function noTokenText(task: string): string {
  return `Could not ${task}: there is no token. None was found in the provider argument token, in the stack config dench:token, or in the environment variable ${variables.token}. Set one, e.g. export ${variables.token}=…, and run again.`;
}

/** The text of a call that is not made, because no address can hold the ID of its key. */
export function badIdText(task: string): string {
  return `Could not ${task}: no key can have this ID. It is empty, ".", "..", or not well-formed Unicode. Check the ID.`;
}

/** The text of a call that had no whole answer. */
export function noAnswerText(asked: Asked, { message, advice = REACHABLE }: NoAnswerError): string {
  return `${attempt(asked)} failed: ${message}. ${advice}, then run again.`;
}

const REACHABLE = "Check that the address is right and reachable from here";

/**
 * The text of an error response. Quotes nothing of it but status and code. `field` is the path of the field that makes it
 * unexpected, as in `unexpectedFormText`.
 */
export function failureText(asked: Asked, answer: HttpAnswer, code: DenchErrorCode, field?: string): string {
  const word = code === "unexpected_status" ? "" : ` (${code})`;
  return `${attempt(asked)} was answered with ${answer.status}${word}. ${nextStep(asked, answer, code, field)}`;
}

/**
 * The text of a response whose status is expected, but whose body is not. `field` is the path of the first unexpected
 * field: empty for the whole body, undefined if the body is not JSON. Values are never quoted.
 */
export function unexpectedFormText(asked: Asked, answer: HttpAnswer, field: string | undefined): string {
  return `${attempt(asked)} was answered with ${answer.status}. ${formStep(answer, field)}`;
}

function attempt({ exchange, url, path }: Asked): string {
  return `Could not ${exchange.task}: ${exchange.method} ${path} on ${url.host}`;
}

function nextStep(asked: Asked, answer: HttpAnswer, code: DenchErrorCode, field: string | undefined): string {
  const { source } = asked.token;
  switch (code) {
    case "unauthorized":
      return `The token from ${source} is not accepted: it may be revoked, rotated, or meant for another address. Set a valid one and run again. Nothing was dropped from the state.`;
    case "forbidden":
      return `The token from ${source} was refused, perhaps by a proxy in between. Nothing was dropped from the state.`;
    case "admin_required":
      return `The token from ${source} belongs to a member, and this needs an admin's. Nothing was dropped from the state.`;
    case "not_found":
      return "The workspace has no such key. Check the id, and that the token belongs to the right workspace.";
    case "invalid_request":
      return "The server does not take this request. Its form of the API may differ from the one assumed here: look for a newer version of this provider.";
    case "rate_limited":
      return "The server asks for fewer requests. Run again later, or lower maxConcurrency.";
    case "request_id_used":
      return "An earlier run has made a key with this request id.";
    case "primary_key_not_revocable":
      return "The primary sandbox key cannot be revoked, only rotated.";
    default:
      return unexpectedStatus(asked, answer, field);
  }
}

function unexpectedStatus(asked: Asked, answer: HttpAnswer, field: string | undefined): string {
  const { status, location, json } = answer;
  const { exchange, url } = asked;
  if (status < 300 && (json !== undefined || status === 204)) {
    return `A success has the status ${exchange.status} here. ${OTHER_FORM} Nothing was dropped from the state.`;
  }
  if (status >= 300 && status < 400) {
    const target = location === undefined ? "" : `, this one points to ${hostOf(location, url)}`;
    return `Redirects are not followed${target}. Set baseUrl to the right address.`;
  }
  if (status >= 500) return "The server failed. Run again later. Nothing was dropped from the state.";
  if (status === 404 && (json === undefined || exchange.parameters === undefined)) {
    return `There is no management API at this address: ${CHECK_BASE_URL}. Nothing was dropped from the state.`;
  }
  return formStep(answer, field);
}

const OTHER_FORM =
  "The server's form of the API may differ from the one assumed here: look for a newer version of this provider.";
const CHECK_BASE_URL = "check the option baseUrl, which usually ends in /api/v1";

function formStep({ mayBeCut }: HttpAnswer, field: string | undefined): string {
  if (field === undefined) {
    const what = mayBeCut ? "The body is not JSON, or only the beginning of it" : "The body is not JSON";
    return `${what}, so this is not a response of the API: ${CHECK_BASE_URL}. Nothing was dropped from the state.`;
  }
  const what = field === "" ? "The body does" : `The field ${field} is missing, or does`;
  return `${what} not have the form that this provider expects. ${OTHER_FORM} Nothing was dropped from the state.`;
}

/** The text of a response of the right form that says what cannot be. */
export function implausibleText(task: string, what: string): string {
  return `Could not ${task}: the server's response cannot be right, since ${what}. Nothing was removed from the state. Check that the address is the vendor's API and no proxy changes responses; if so, report this to the vendor.`;
}

/** The text of a creation that brought a key which it cannot have created. */
export function foreignKeyText(what: string, keyId: string): string {
  return `Could not create a gateway key: the server responded with ${what}, ${shown(keyId)}. Nothing was done with that key. The server may have created another one: look for keys that were created just now at Settings → API Keys. Check that the address is the vendor's API and no proxy changes responses.`;
}

/** Only the host: an address may carry secrets in its path or query. */
function hostOf(location: string, base: URL): string {
  return URL.canParse(location, base.href) ? new URL(location, base).host : "an invalid address";
}
