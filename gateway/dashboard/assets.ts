import { Hono } from "hono";
import { etag } from "hono/etag";
import { assetText } from "./asset-text";

const CSS = "text/css; charset=utf-8";

const TYPES = {
  "base.css": CSS,
  "controls.css": CSS,
  "tables.css": CSS,
  "usage.css": CSS,
  "phone.css": CSS,
  "dashboard.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;

export type AssetName = keyof typeof TYPES;

/** The style sheets, in the order in which they override one another. */
export const STYLE_SHEETS = [
  "base.css",
  "controls.css",
  "tables.css",
  "usage.css",
  "phone.css",
] as const satisfies readonly AssetName[];

/** Serves the files that the pages load. The pages load no others, so they work without an internet connection. */
export function assets(): Hono {
  const app = new Hono();
  app.use(etag());
  for (const [name, type] of Object.entries(TYPES)) {
    let content: string | undefined;
    app.get(`/${name}`, (c) => {
      content ??= assetText(name);
      return c.body(content, 200, { "Content-Type": type, "Cache-Control": "no-cache" });
    });
  }
  return app;
}
