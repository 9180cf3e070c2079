import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

// The least that hono and node:sqlite can do for a GET /v1/models: look the key up, and answer. It notes no usage.

const database = new DatabaseSync(process.argv[2] ?? ":memory:");
const keyOf = database.prepare("SELECT id, scopes FROM keys WHERE value_hash = ? AND status = 'active'");

const app = new Hono();
app.get("/v1/models", (c) => {
  const value = c.req.header("authorization")?.slice("Bearer ".length) ?? "";
  if (!keyOf.get(createHash("sha256").update(value).digest())) return c.text("no", 401);
  return c.json({ object: "list", data: [{ id: "bare", object: "model", created: 1767225600, owned_by: "bench" }] });
});

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ gatewayUrl: `http://127.0.0.1:${port}` })}\n`);
});
