import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { getSignedCookie, setSignedCookie } from "hono/cookie";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { randomText } from "../store/secrets";
import type { Workspace } from "../store/store";
import { paths } from "./paths";
import { requiresTls } from "./session-cookie";

const ATTEMPTS_PER_MINUTE = 10;

/**
 * Limits attempts to sign in for each browser. Behind a proxy, all browsers have one address, so each gets a cookie with the form.
 * Clients without the cookie share the attempts of their address.
 */
export class SignInAttempts {
  readonly #limiter = new RateLimiterMemory({ points: ATTEMPTS_PER_MINUTE, duration: 60 });
  readonly #secret = randomText(40);
  readonly #name: string;

  constructor(workspace: Workspace) {
    this.#name = `dench_browser_${workspace.id}`;
  }

  /** Sets the cookie that identifies the browser, unless it has one. */
  async identify(c: Context): Promise<void> {
    if (await this.#browserOf(c)) return;
    const options = { httpOnly: true, sameSite: "Strict", secure: requiresTls(c), path: paths.signIn } as const;
    await setSignedCookie(c, this.#name, randomText(24), this.#secret, options);
  }

  /** Counts an attempt. Returns the milliseconds to wait if there were too many. */
  async count(c: Context): Promise<number | undefined> {
    const client = (await this.#browserOf(c)) ?? getConnInfo(c).remote.address ?? "";
    return this.#limiter.consume(client).then(() => undefined, millisecondsToWait);
  }

  async #browserOf(c: Context): Promise<string | undefined> {
    return (await getSignedCookie(c, this.#secret, this.#name)) || undefined;
  }
}

function millisecondsToWait(reason: unknown): number {
  if (reason instanceof RateLimiterRes) return reason.msBeforeNext;
  throw reason;
}
