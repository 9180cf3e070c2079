import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import type { Child } from "hono/jsx";
import { secureHeaders } from "hono/secure-headers";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import * as z from "zod";
import { CreateKeyBody, type Key } from "../../contract";
import { ApiError } from "../api-error";
import { isUnavailable } from "../database";
import { randomText } from "../secrets";
import type { Actor, Store } from "../store";
import { ActivityPage } from "./activity-page";
import { assets } from "./assets";
import { KEYS_PER_PAGE, KeysPage, type KeysPageExtras } from "./keys-page";
import { type Section, SettingsPage, sendPage } from "./layout";
import { MessagePage } from "./message-page";
import { SessionCookie } from "./session-cookie";
import type { Sessions } from "./sessions";
import { signIn } from "./sign-in";
import { UsagePage } from "./usage-page";

const USAGE_DAYS = 30;
const ENTRIES_PER_PAGE = 50;
const MAX_FORM_BYTES = 64 * 1024;

/** The only addresses that this part of the gateway knows: what it does to requests, it does to none but these. */
const PATHS = ["/", "/sign-in", "/sign-out", "/settings/*", "/assets/*"] as const;

interface Env {
  Variables: { by: Actor; session: string };
}

interface Page {
  readonly title: string;
  readonly section: Section;
  readonly content: Child;
  readonly notice?: string | undefined;
  readonly status?: ContentfulStatusCode;
}

/** The settings pages of the workspace, in the browser, on the same store as the management API. */
export function dashboard(store: Store, sessions: Sessions, clock: () => number): Hono<Env> {
  const app = new Hono<Env>();
  const cookie = new SessionCookie(store.workspace);
  app.onError(sendFailure);

  for (const path of PATHS) {
    app.use(path, headers, csrf(), bodyLimit({ maxSize: MAX_FORM_BYTES }));
  }
  app.get("/", (c) => c.redirect("/settings/api-keys"));
  app.route("/assets", assets());
  app.use("/sign-in", neverStored);
  app.route("/", signIn(sessions, cookie, store.workspace));

  app.use("/settings/*", neverStored, async (c, next) => {
    const session = cookie.get(c);
    const caller = sessions.callerOf(session);
    if (!caller) return c.redirect("/sign-in", 303);
    c.set("session", session);
    c.set("by", { caller, via: "page" });
    return next();
  });

  app.get("/settings/api-keys", (c) => sendKeys(c));

  app.post("/settings/api-keys", async (c) => {
    const form = CreateKeyForm.parse(await c.req.parseBody());
    const draft = CreateKeyBody.safeParse({
      name: form.name.trim(),
      scopes: form.scopes.trim() === "" ? undefined : form.scopes.trim().split(/[\s,]+/),
      requestId: form.requestId,
    });
    if (!draft.success) {
      const problems = draft.error.issues.map(({ path, message }) => `${path.join(" ")} ${message}`);
      return sendKeys(c, { draft: { ...form, problems } }, 400);
    }
    const { name, scopes, requestId } = draft.data;
    const made = store.createKey({ name, scopes, requestId, by: c.var.by });
    if (made.outcome === "request_id_used") {
      sessions.leaveNotice(c.var.session, SENT_TWICE);
      return c.redirect("/settings/api-keys", 303);
    }
    return sendKeys(c, { created: { name, value: made.value } }, 201);
  });

  app.post("/settings/api-keys/primary/reveal", (c) => {
    requireAdmin(c, "reveal");
    return sendKeys(c, { revealed: store.revealPrimaryKey(c.var.by).value });
  });

  app.post("/settings/api-keys/primary/rotate", (c) => {
    requireAdmin(c, "rotate");
    store.rotatePrimaryKey({ requestId: undefined, by: c.var.by });
    sessions.leaveNotice(c.var.session, "The primary sandbox key was rotated. Its old value is refused from now on.");
    return c.redirect("/settings/api-keys", 303);
  });

  app.post("/settings/api-keys/:id/revoke", (c) => {
    const { id, kind, name } = keyOf(c);
    if (kind === "primary") {
      throw new ApiError("primary_key_not_revocable", "The primary sandbox key cannot be revoked. It can be rotated.");
    }
    store.revokeKey(id, c.var.by);
    sessions.leaveNotice(c.var.session, `The key ${name} was revoked.`);
    return c.redirect("/settings/api-keys", 303);
  });

  app.get("/settings/api-keys/:id/usage", (c) => {
    const key = keyOf(c);
    return sendSettings(c, {
      title: `Usage of ${key.name}`,
      section: "keys",
      content: <UsagePage gatewayKey={key} usage={store.usage(key.id, USAGE_DAYS)} />,
    });
  });

  app.get("/settings/activity", (c) => {
    const { before } = ActivityQuery.parse(c.req.query());
    const { entries, next } = store.activity.list({ limit: ENTRIES_PER_PAGE, before });
    return sendSettings(c, {
      title: "Activity",
      section: "activity",
      content: <ActivityPage entries={entries} next={next} now={clock()} />,
    });
  });

  app.all("/settings/*", () => {
    throw new ApiError("not_found", "There is no page at this address.");
  });

  return app;

  function sendKeys(c: Context<Env>, extras: KeysPageExtras = {}, status: ContentfulStatusCode = 200) {
    const filter = KeysQuery.parse(c.req.query());
    const { keys, total } = store.findKeys({
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
        notice={sessions.takeNotice(c.var.session)}
      >
        {content}
      </SettingsPage>
    );
    return sendPage(c, page, status);
  }

  function keyOf(c: Context<Env>): Key {
    const key = store.getKey(c.req.param("id") ?? "");
    if (!key) throw new ApiError("not_found", "The workspace has no key with this id.");
    return key;
  }
}

const SENT_TWICE =
  "This form was sent before, and made one key. Its value was shown then; revoke the key if it was not copied.";

const KeysQuery = z.object({
  text: z.string().max(200).default(""),
  status: z.enum(["active", "revoked"]).optional().catch(undefined),
  page: z.coerce.number().int().min(1).catch(1),
});

const CreateKeyForm = z.object({ name: z.string(), scopes: z.string().default(""), requestId: z.string() });

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
  // Whether an address is served by TLS is not for this server to say.
  strictTransportSecurity: false,
});

async function neverStored(c: Context, next: () => Promise<void>): Promise<void> {
  c.header("Cache-Control", "no-store");
  await next();
}

function requireAdmin(c: Context<Env>, action: string): void {
  if (c.var.by.caller.role === "admin") return;
  throw new ApiError("admin_required", `Only an admin may ${action} the primary sandbox key.`);
}

/** Why a page could not be shown, as a page. What is not ours is a bug: logged here, and kept from the reader. */
function sendFailure(error: Error, c: Context): Response | Promise<Response> {
  if (error instanceof HTTPException) return error.getResponse();
  if (error instanceof ApiError) return sendMessage(c, "This could not be done", error.message, error.status);
  if (error instanceof z.ZodError) {
    return sendMessage(c, "This could not be done", "The form is not one that this page has.", 400);
  }
  process.stderr.write(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}\n`);
  if (isUnavailable(error)) {
    return sendMessage(c, "Not now", "The database cannot do this at the moment. Nothing was changed.", 503);
  }
  return sendMessage(c, "The gateway failed", "Its log says why.", 500);
}

function sendMessage(c: Context, title: string, message: string, status: ContentfulStatusCode): Promise<Response> {
  return sendPage(c, <MessagePage title={title} message={message} />, status);
}
