import { Hono } from "hono";
import { etag } from "hono/etag";
import { assetText } from "./asset-text";

const TYPES = {
  "dashboard.css": "text/css; charset=utf-8",
  "dashboard.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;

export type AssetName = keyof typeof TYPES;

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
