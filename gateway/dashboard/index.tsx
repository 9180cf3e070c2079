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
import { randomText } from "../store/secrets";
import type { Actor, Store } from "../store/store";
import { ActivityPage } from "./activity-page";
import { assets } from "./assets";
import { CreatedKeyPage } from "./created-key-page";
import { readForm } from "./form";
import { listedKeysOf } from "./key-origin";
import { addressOf, KeyView, searchOf } from "./key-view";
import { KeysPage, type KeysPageExtras } from "./keys-page";
import { type Section, SettingsPage, sendPage } from "./layout";
import { MessagePage } from "./message-page";
import { paths } from "./paths";
import { sameOrigin } from "./same-origin";
import { SessionCookie } from "./session-cookie";
import type { Sessions } from "./sessions";
import { signIn } from "./sign-in";
import { PERIODS, UsagePage } from "./usage-page";

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
    const { name, scopes, requestId } = await readForm(c, CreateKeyForm);
    const draft = KeyRequest.safeParse({ name: name.trim(), scopes, requestId });
    if (!draft.success) return sendKeys(c, { draft: { name, scopes, problems: problemsOf(draft.error) } }, 400);
    const made = createKey(store, draft.data, c.var.by);
    if (made.outcome === "request_id_used") return backToKeys(c, SUBMITTED_TWICE);
    return sendSettings(c, {
      title: "Key created",
      section: "keys",
      content: <CreatedKeyPage created={made.key} value={made.value} done={addressOf(KeyView.parse(c.req.query()))} />,
      status: 201,
    });
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
    const { days } = UsageQuery.parse(c.req.query());
    return sendSettings(c, {
      title: `Usage of ${key.name}`,
      section: "keys",
      content: <UsagePage gatewayKey={key} usage={store.usage.of(key.id, days)} now={clock()} />,
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
    throw new HttpFailure("not_found", NO_PAGE);
  });

  // A person who mistypes an address gets a page. Other clients get the error of the API.
  app.get("*", headers, (c, next) => {
    if (!c.req.header("accept")?.includes("text/html")) return next();
    throw new HttpFailure("not_found", NO_PAGE);
  });

  return app;

  function backToKeys(c: Context<Env>, notice: string) {
    sessions.setNotice(c.var.session, notice);
    return c.redirect(addressOf(KeyView.parse(c.req.query())), 303);
  }

  async function sendKeys(c: Context<Env>, extras: KeysPageExtras = {}, status: ContentfulStatusCode = 200) {
    const view = KeyView.parse(c.req.query());
    const { keys, counts } = await store.findKeys(searchOf(view));
    const content = (
      <KeysPage
        primary={store.primaryKey()}
        keys={listedKeysOf(store, keys)}
        counts={counts}
        view={view}
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

const NO_PAGE = "There is no page at this address.";
const ROTATED = "The primary sandbox key was rotated. The previous key value is revoked.";
const SANDBOX_NOT_UPDATED = "The sandbox secrets could not be updated. See the gateway's log for the reason.";
const SUBMITTED_TWICE =
  "This form was already submitted and has created one key. If you have not saved its value, revoke the key.";

const NO_SCOPE = "Select at least one scope.";

const UsageQuery = z.object({ days: z.coerce.number().pipe(z.literal(PERIODS)).catch(PERIODS[0]) });

/** The checkboxes and the text field of the scopes have one name. */
const ScopeFields = z.union([z.string().transform((field) => [field]), z.array(z.string())]).default([]);

const CreateKeyForm = z.object({
  name: z.string(),
  scopes: ScopeFields.transform((fields) => fields.flatMap((field) => field.split(/[\s,]+/)).filter(Boolean)),
  requestId: z.string(),
});

function problemsOf({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message, code }) =>
    path[0] === "scopes" && code === "too_small" && path.length === 1 ? NO_SCOPE : `${path.join(" ")} ${message}`,
  );
}

const RotateKeyForm = z.object({ requestId: RequestId });

const ActivityQuery = z.object({ before: z.coerce.number().int().optional().catch(undefined) });

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    connectSrc: ["'self'"],
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

/** The titles of error pages, by status. */
const TITLES: ReadonlyMap<number, string> = new Map([
  [403, "Not permitted"],
  [404, "Not found"],
  [413, "Too large"],
  [503, "Unavailable"],
]);

/** Responds to an error with a page that shows its message. */
function sendErrorPage(error: Error, c: Context): Promise<Response> {
  const { message, status } = apiErrorOf(error, c);
  setStatusHeaders(c, status);
  return sendPage(c, <MessagePage title={TITLES.get(status) ?? "Request failed"} message={message} />, status);
}
