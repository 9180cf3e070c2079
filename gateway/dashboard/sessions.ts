import type { Caller } from "../store/members";
import { hashOf, randomText } from "../store/secrets";
import type { Store } from "../store/store";

const CODE_LIFETIME_MS = 5 * 60 * 1000;
const SESSION_LIFETIME_MS = 12 * 60 * 60 * 1000;

/** Identifies a member until it expires. */
interface Ticket {
  readonly memberId: string;
  readonly expiresAt: number;
}

interface Session extends Ticket {
  /** A message for the next page. */
  notice?: string | undefined;
}

/** The sessions of the dashboard. They are kept in memory, by hash: restarting the gateway signs everyone out. */
export class Sessions {
  readonly #store: Store;
  readonly #clock: () => number;
  readonly #sessions = new Map<string, Session>();
  readonly #codes = new Map<string, Ticket>();

  constructor(store: Store, clock: () => number) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Returns the cookie of a new session for a member token. Returns undefined for other tokens. A gateway key is rejected, since
   * the session would outlive the key.
   */
  signIn(token: string): string | undefined {
    const caller = this.#store.callerOf(token);
    return caller?.keyId === null ? this.#open(caller.id) : undefined;
  }

  /** Creates a code that signs the member in. It works once, within five minutes. */
  createCode(memberId: string): string {
    const code = randomText(32);
    this.#codes.set(keyOf(code), { memberId, expiresAt: this.#clock() + CODE_LIFETIME_MS });
    return code;
  }

  /** Returns the cookie of a new session for a code. Returns undefined if the code is unknown, used or expired. */
  redeem(code: string): string | undefined {
    const ticket = this.#valid(this.#codes, code);
    this.#codes.delete(keyOf(code));
    return ticket && this.#open(ticket.memberId);
  }

  callerOf(cookie: string): Caller | undefined {
    const session = this.#valid(this.#sessions, cookie);
    return session && this.#store.members.byId(session.memberId);
  }

  signOut(cookie: string): void {
    this.#sessions.delete(keyOf(cookie));
  }

  /** Stores a message for the next page of the session. */
  setNotice(cookie: string, notice: string): void {
    const session = this.#valid(this.#sessions, cookie);
    if (session) session.notice = notice;
  }

  /** Returns the message for this page, and removes it. */
  consumeNotice(cookie: string): string | undefined {
    const session = this.#valid(this.#sessions, cookie);
    const notice = session?.notice;
    if (session) session.notice = undefined;
    return notice;
  }

  #open(memberId: string): string {
    const now = this.#clock();
    for (const [key, { expiresAt }] of this.#sessions) if (expiresAt <= now) this.#sessions.delete(key);
    const cookie = randomText(40);
    this.#sessions.set(keyOf(cookie), { memberId, expiresAt: now + SESSION_LIFETIME_MS });
    return cookie;
  }

  #valid<T extends Ticket>(tickets: ReadonlyMap<string, T>, secret: string): T | undefined {
    const ticket = tickets.get(keyOf(secret));
    return ticket && ticket.expiresAt > this.#clock() ? ticket : undefined;
  }
}

function keyOf(secret: string): string {
  return hashOf(secret).toString("base64");
}
