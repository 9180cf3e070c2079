import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Workspace } from "../store/store";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
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
    const secure = !isLoopback(new URL(c.req.url).hostname) || c.req.header("x-forwarded-proto") === "https";
    setCookie(c, this.#name, value, { httpOnly: true, sameSite: "Strict", secure, path: "/" });
  }

  clear(c: Context): void {
    deleteCookie(c, this.#name, { path: "/" });
  }
}
