import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { isLoopback } from "../http/loopback";
import type { Workspace } from "../store/store";

/** Whether a cookie must be sent over TLS only: everywhere but on this machine without a proxy. */
export function requiresTls(c: Context): boolean {
  return !isLoopback(new URL(c.req.url).hostname) || c.req.header("x-forwarded-proto") === "https";
}

/** The session cookie. Browsers share cookies between ports, so its name contains the workspace ID. */
export class SessionCookie {
  readonly #name: string;

  constructor(workspace: Workspace) {
    this.#name = `dench_session_${workspace.id}`;
  }

  /** Returns the value of the cookie, or an empty string if there is none. */
  get(c: Context): string {
    return getCookie(c, this.#name) ?? "";
  }

  set(c: Context, value: string): void {
    setCookie(c, this.#name, value, { httpOnly: true, sameSite: "Strict", secure: requiresTls(c), path: "/" });
  }

  clear(c: Context): void {
    deleteCookie(c, this.#name, { path: "/" });
  }
}
