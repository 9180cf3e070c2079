import type { Context } from "hono";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Caller } from "../store/members";
import type { Workspace } from "../store/store";
import { STYLE_SHEETS } from "./assets";
import { paths } from "./paths";

const SECTIONS = [
  { id: "keys", path: paths.keys, label: "API Keys" },
  { id: "activity", path: paths.activity, label: "Activity" },
] as const;

export type Section = (typeof SECTIONS)[number]["id"];

interface DocumentProps {
  readonly title: string;
  readonly children?: Child;
}

/** Responds with an HTML page. */
export async function sendPage(c: Context, document: Child, status: ContentfulStatusCode = 200): Promise<Response> {
  return c.html(await html`<!doctype html>${document}`, status);
}

export function Document({ title, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Dench, local`}</title>
        <link rel="icon" href={paths.asset("icon.svg")} type="image/svg+xml" />
        {STYLE_SHEETS.map((name) => (
          <link rel="stylesheet" href={paths.asset(name)} />
        ))}
        <script src={paths.asset("dashboard.js")} defer />
      </head>
      <body>{children}</body>
    </html>
  );
}

interface SettingsPageProps extends DocumentProps {
  readonly workspace: Workspace;
  readonly caller: Caller;
  readonly section: Section;
  /** A message about the last action. */
  readonly notice?: string | undefined;
}

/** A settings page of the workspace, for a member who is signed in. */
export function SettingsPage({ title, workspace, caller, section, notice, children }: SettingsPageProps) {
  return (
    <Document title={title}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <a class="brand" href={paths.home}>
          <img src={paths.asset("icon.svg")} alt="" width="28" height="28" />
          <span class="workspace">{workspace.name}</span>
        </a>
        <span class="local">Local gateway</span>
        <div class="who">
          <span class="caller">{caller.name}</span>
          <span class="badge">{caller.role}</span>
          <form method="post" action={paths.signOut}>
            <button type="submit" class="quiet">
              Sign out
            </button>
          </form>
        </div>
      </header>
      <div class="frame">
        <nav aria-label="Settings">
          <p class="nav-title">Settings</p>
          <ul>
            {SECTIONS.map(({ id, path, label }) => (
              <li>
                <a href={path} aria-current={id === section ? "page" : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="main">
          {notice ? (
            <p class="notice" tabindex={-1} autofocus>
              {notice}
            </p>
          ) : null}
          {children}
          <footer class="foot">
            <LocalNotice />
          </footer>
        </main>
      </div>
    </Document>
  );
}

export function LocalNotice() {
  return <p class="muted">A local gateway for evaluation, development and tests. It is not the vendor's service.</p>;
}
