import { type Context, Hono, type Next } from "hono";
import type { Child } from "hono/jsx";
import { secureHeaders } from "hono/secure-headers";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import * as z from "zod";
import { HttpFailure } from "../http/failure";
import { limitBody } from "../http/limit";
import { readBody } from "../http/read-body";
import { setStatusHeaders } from "../http/status-headers";
import { ApiError, apiErrorOf } from "../management/api-error";
import { createKey, existingKey, KeyRequest, RequestId, requireAdmin, revocableKey } from "../management/rules";
import { KeyStatus } from "../store/keys";
import { randomText } from "../store/secrets";
import type { Actor, Store } from "../store/store";
import { ActivityPage } from "./activity-page";
import { assets } from "./assets";
import { readForm } from "./form";
import { KEYS_PER_PAGE, KeysPage, type KeysPageExtras, queryOf } from "./keys-page";
import { type Section, SettingsPage, sendPage } from "./layout";
import { MessagePage } from "./message-page";
import { paths } from "./paths";
import { sameOrigin } from "./same-origin";
import { SessionCookie } from "./session-cookie";
import type { Sessions } from "./sessions";
import { signIn } from "./sign-in";
import { UsagePage } from "./usage-page";

const USAGE_DAYS = 30;
const ENTRIES_PER_PAGE = 50;
const MAX_FORM_BYTES = 64 * 1024;

/** The paths that the checks of the dashboard apply to. Other parts of the gateway have their own. */
const CHECKED = [paths.signIn, paths.signOut, paths.settings, `${paths.settings}/*`, `${paths.assets}/*`] as const;

/** The paths of the forms on the settings pages. */
const FORMS = [paths.revealPrimary, paths.rotatePrimary, paths.revoke(":id")] as const;

interface Env {
  Variables: { by: Actor; session: string };
}

interface Page {
  readonly title: string;
  readonly section: Section;
  readonly content: Child;
  readonly status?: ContentfulStatusCode;
}

/** Creates the settings pages of the workspace, on the same store as the management API. */
export function dashboard(store: Store, sessions: Sessions, clock: () => number): Hono<Env> {
  const app = new Hono<Env>();
  const cookie = new SessionCookie(store.workspace);
  app.onError(sendErrorPage);

  for (const path of CHECKED) app.use(path, headers, sameOrigin, limitForm);
  app.get(paths.home, headers, (c) => c.redirect(paths.keys));
  app.get(paths.settings, (c) => c.redirect(paths.keys));
  app.route(paths.assets, assets());
  app.use(paths.signIn, noStore);
  app.route("/", signIn(sessions, cookie, store.workspace));

  const requireSession = async (c: Context<Env>, next: Next) => {
    const session = cookie.get(c);
    const caller = sessions.callerOf(session);
    if (!caller) return c.redirect(paths.signIn, 303);
    c.set("session", session);
    c.set("by", { caller, via: "page" });
    return next();
  };
  app.use(`${paths.settings}/*`, noStore, requireSession);
  // The session may have ended while the form arrived.
  app.post(`${paths.settings}/*`, readBody, requireSession);

  app.get(paths.keys, (c) => sendKeys(c));

  app.post(paths.keys, async (c) => {
    const form = await readForm(c, CreateKeyForm);
    const draft = KeyRequest.safeParse({
      name: form.name.trim(),
      scopes: form.scopes.trim() === "" ? undefined : form.scopes.trim().split(/[\s,]+/),
      requestId: form.requestId,
    });
    if (!draft.success) {
      const problems = draft.error.issues.map(({ path, message }) => `${path.join(" ")} ${message}`);
      return sendKeys(c, { draft: { ...form, problems } }, 400);
    }
    const made = createKey(store, draft.data, c.var.by);
    if (made.outcome === "request_id_used") return backToKeys(c, SUBMITTED_TWICE);
    return sendKeys(c, { created: { name: made.key.name, value: made.value } }, 201);
  });

  app.post(paths.revealPrimary, (c) => {
    requireAdmin(c.var.by.caller, "reveal");
    return sendKeys(c, { revealed: store.revealPrimaryKey(c.var.by).value });
  });

  app.post(paths.rotatePrimary, async (c) => {
    requireAdmin(c.var.by.caller, "rotate");
    const { requestId } = await readForm(c, RotateKeyForm);
    const made = store.rotatePrimaryKey({ requestId, by: c.var.by });
    if (made.outcome === "request_id_used") throw new ApiError("request_id_used", "This form was already submitted.");
    return backToKeys(c, made.sandboxUpdated ? ROTATED : `${ROTATED} ${SANDBOX_NOT_UPDATED}`);
  });

  app.post(paths.revoke(":id"), (c) => {
    const { id, name } = revocableKey(store, c.req.param("id"));
    store.revokeKey(id, c.var.by);
    return backToKeys(c, `The key ${name} was revoked.`);
  });

  // A browser may request the path of a form as a page, for example when going back.
  for (const path of FORMS) app.get(path, (c) => c.redirect(paths.keys, 303));

  app.get(paths.usage(":id"), (c) => {
    const key = existingKey(store, c.req.param("id"));
    return sendSettings(c, {
      title: `Usage of ${key.name}`,
      section: "keys",
      content: <UsagePage gatewayKey={key} usage={store.usage.of(key.id, USAGE_DAYS)} />,
    });
  });

  app.get(paths.activity, (c) => {
    const { before } = ActivityQuery.parse(c.req.query());
    const { entries, next } = store.activity.list({ limit: ENTRIES_PER_PAGE, before });
    return sendSettings(c, {
      title: "Activity",
      section: "activity",
      content: <ActivityPage entries={entries} next={next} />,
    });
  });

  app.all(`${paths.settings}/*`, () => {
    throw new HttpFailure("not_found", "There is no page at this address.");
  });

  return app;

  function backToKeys(c: Context<Env>, notice: string) {
    sessions.setNotice(c.var.session, notice);
    return c.redirect(paths.keys + queryOf(KeysQuery.parse(c.req.query())), 303);
  }

  async function sendKeys(c: Context<Env>, extras: KeysPageExtras = {}, status: ContentfulStatusCode = 200) {
    const filter = KeysQuery.parse(c.req.query());
    const { keys, total } = await store.findKeys({
      text: filter.text,
      status: filter.status,
      limit: KEYS_PER_PAGE,
      offset: (filter.page - 1) * KEYS_PER_PAGE,
    });
    const content = (
      <KeysPage
        primary={store.primaryKey()}
        keys={keys}
        total={total}
        filter={filter}
        isAdmin={c.var.by.caller.role === "admin"}
        requestId={`page:${randomText(24)}`}
        now={clock()}
        {...extras}
      />
    );
    return sendSettings(c, { title: "API Keys", section: "keys", content, status });
  }

  function sendSettings(c: Context<Env>, { title, section, content, status }: Page) {
    const page = (
      <SettingsPage
        title={title}
        workspace={store.workspace}
        caller={c.var.by.caller}
        section={section}
        notice={c.req.method === "HEAD" ? undefined : sessions.consumeNotice(c.var.session)}
      >
        {content}
      </SettingsPage>
    );
    return sendPage(c, page, status);
  }
}

const ROTATED = "The primary sandbox key was rotated. The previous key value is revoked.";
const SANDBOX_NOT_UPDATED = "The sandbox secrets could not be updated. See the gateway's log for the reason.";
const SUBMITTED_TWICE =
  "This form was already submitted and has created one key. If you have not saved its value, revoke the key.";

const KeysQuery = z.object({
  text: z.string().trim().max(200).catch(""),
  status: KeyStatus.optional().catch(undefined),
  page: z.coerce.number().int().min(1).catch(1),
});

const CreateKeyForm = z.object({ name: z.string(), scopes: z.string().default(""), requestId: z.string() });

const RotateKeyForm = z.object({ requestId: RequestId });

const ActivityQuery = z.object({ before: z.coerce.number().int().optional().catch(undefined) });

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
  xFrameOptions: "DENY",
  // `sameOrigin` needs the origin of a form. Other sites do not receive it.
  referrerPolicy: "same-origin",
  // The header belongs to whatever serves the gateway over TLS, such as a proxy.
  strictTransportSecurity: false,
});

async function noStore(c: Context, next: () => Promise<void>): Promise<void> {
  c.header("Cache-Control", "no-store");
  await next();
}

const limitForm = limitBody(MAX_FORM_BYTES, "The form is too large.");

/** Responds to an error with a page that shows its message. */
function sendErrorPage(error: Error, c: Context): Promise<Response> {
  const { message, status } = apiErrorOf(error, c);
  setStatusHeaders(c, status);
  return sendPage(c, <MessagePage title="Request failed" message={message} />, status);
}
