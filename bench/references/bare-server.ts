import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

// The minimal GET /v1/models with hono and node:sqlite: it looks up the key and responds. It records no usage.

const database = new DatabaseSync(process.argv[2] ?? ":memory:");
const findKey = database.prepare("SELECT id, scopes FROM keys WHERE value_hash = ? AND status = 'active'");

const app = new Hono();
app.get("/v1/models", (c) => {
  const value = c.req.header("authorization")?.slice("Bearer ".length) ?? "";
  if (!findKey.get(createHash("sha256").update(value).digest())) return c.text("unauthorized", 401);
  return c.json({
    object: "list",
    data: [{ id: "baseline", object: "model", created: 1767225600, owned_by: "bench" }],
  });
});

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
