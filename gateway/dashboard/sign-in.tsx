import { type Context, Hono } from "hono";
import * as z from "zod";
import { isLoopback } from "../http/loopback";
import { setStatusHeaders } from "../http/status-headers";
import type { Workspace } from "../store/store";
import { readForm } from "./form";
import { Document, LocalNotice, sendPage } from "./layout";
import { paths } from "./paths";
import type { SessionCookie } from "./session-cookie";
import type { Sessions } from "./sessions";
import { SignInAttempts } from "./sign-in-attempts";

/** Creates the pages for signing in and out. */
export function signIn(sessions: Sessions, cookie: SessionCookie, workspace: Workspace): Hono {
  const app = new Hono();
  const attempts = new SignInAttempts(workspace);

  app.get(paths.signIn, async (c) => {
    await attempts.identify(c);
    return sendPage(c, <SignInPage workspace={workspace} />);
  });

  // Browsers do not send the fragment of a link, so the page's script copies the code from there into the form.
  app.post(paths.signIn, async (c) => {
    const { token, code } = await readForm(c, SignInForm);
    const reject = (problem: string, status: 400 | 401 | 429) => {
      setStatusHeaders(c, status);
      return sendPage(c, <SignInPage workspace={workspace} problem={problem} />, status);
    };

    if (isRemotePlainHttp(c)) return reject(NOT_SECURE, 400);
    const waitMs = await attempts.count(c);
    if (waitMs !== undefined) {
      c.header("Retry-After", String(Math.ceil(waitMs / 1000)));
      return reject(TOO_MANY, 429);
    }
    const value = code ? sessions.redeem(code) : sessions.signIn(token.trim());
    if (value === undefined) return reject(code ? CODE_REJECTED : TOKEN_REJECTED, 401);
    sessions.signOut(cookie.get(c));
    cookie.set(c, value);
    return c.redirect(paths.keys, 303);
  });

  app.get(paths.signOut, (c) => c.redirect(paths.keys, 303));
  app.post(paths.signOut, (c) => {
    sessions.signOut(cookie.get(c));
    cookie.clear(c);
    return c.redirect(paths.signIn, 303);
  });

  return app;
}

const SignInForm = z.object({ token: z.string().default(""), code: z.string().optional() });

const TOKEN_REJECTED = "This is not a member token of this workspace. The gateway prints the tokens when it starts.";
const CODE_REJECTED = "This link was already used, or is older than five minutes. Sign in with a member token.";
const TOO_MANY = "Too many attempts. Try again in a minute.";
const NOT_SECURE =
  "Signing in from another machine requires https: over plain http, the browser does not keep the session. " +
  "On the gateway's own machine, open the dashboard at 127.0.0.1.";

/** Whether the browser would silently drop the session cookie, which requires TLS except on this machine. */
function isRemotePlainHttp(c: Context): boolean {
  const origin = c.req.header("origin") ?? "";
  return origin.startsWith("http:") && URL.canParse(origin) && !isLoopback(new URL(origin).hostname);
}

function SignInPage({ workspace, problem }: { workspace: Workspace; problem?: string }) {
  return (
    <Document title="Sign in">
      <main class="alone">
        <img src={paths.asset("icon.svg")} alt="" width="40" height="40" />
        <h1>Sign in to {workspace.name}</h1>
        <form method="post" action={paths.signIn} class="stack">
          <label for="token">Member token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="off"
            spellcheck={false}
            required
            autofocus
            aria-invalid={problem ? "true" : undefined}
            aria-describedby={problem ? "problem" : undefined}
          />
          {problem ? (
            <p id="problem" class="problem" role="alert">
              {problem}
            </p>
          ) : null}
          <button type="submit" class="primary">
            Sign in
          </button>
        </form>
        <form method="post" action={paths.signIn} id="sign-in-by-code" hidden>
          <input type="hidden" name="code" />
        </form>
        <LocalNotice />
      </main>
    </Document>
  );
}
