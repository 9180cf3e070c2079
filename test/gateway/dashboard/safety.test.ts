import { describe, expect, it } from "vitest";
import { testGateway } from "../../support/gateway";
import { Visitor } from "./visitor";

const PAGES = ["/sign-in", "/settings/api-keys", "/settings/activity", "/settings/none"];

it.each(PAGES)("%s is not cacheable, cannot be framed, and runs only the gateway's own script", async (path) => {
  const visitor = await Visitor.signedIn(await testGateway());
  const { headers, text } = await visitor.get(path);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; " +
      "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("same-origin");
  expect(text).not.toMatch(/<script(?![^>]*src="\/assets\/dashboard\.js")/);
  expect(text).not.toMatch(/ (style|on\w+)=/);
  expect(text).not.toMatch(/(src|href)="(?!\/|#)/);
});

it("responses with a key value are not cacheable", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  expect((await visitor.createKey("x")).headers.get("cache-control")).toBe("no-store");
  expect((await visitor.post("/settings/api-keys/primary/reveal")).headers.get("cache-control")).toBe("no-store");
});

describe("a form of another site", () => {
  const foreign = [
    ["from another origin", { origin: "https://evil.example" }],
    ["from another port of this machine", { origin: "http://127.0.0.1:1" }],
    ["from a page without an origin", { origin: "null" }],
    ["with a content type other than a form's", { origin: "https://evil.example", "content-type": "application/json" }],
    ["marked cross-site by the browser", { "sec-fetch-site": "cross-site" }],
    ["marked same-site by the browser", { "sec-fetch-site": "same-site" }],
  ] as const;

  it.each(foreign)("%s changes nothing", async (_what, headers) => {
    const gateway = await testGateway();
    const visitor = await Visitor.signedIn(gateway);
    const { id } = await gateway.call("POST", "/api-keys", { name: "stays" });
    const requestId = await visitor.requestId();
    for (const path of [
      "/settings/api-keys",
      `/settings/api-keys/${id}/revoke`,
      "/settings/api-keys/primary/reveal",
      "/settings/api-keys/primary/rotate",
      "/sign-out",
      "/sign-in",
    ]) {
      expect((await visitor.post(path, { name: "forged", requestId }, headers)).status, path).toBe(403);
    }
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["stays"]);
    expect((await visitor.get("/settings/api-keys")).status).toBe(200);
  });
});

it.each([
  ["markup", "<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"],
  ["the end of an attribute", '" autofocus onfocus="alert(1)', "&quot; autofocus onfocus=&quot;alert(1)"],
  ["the end of a script", "</script><script>alert(1)</script>", "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"],
])("a name with %s is escaped on every page", async (_what, name, escaped) => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const created = await visitor.createKey(name);
  const [key] = await gateway.activeKeys();
  const pages = [
    created,
    await visitor.get("/settings/api-keys"),
    await visitor.get(`/settings/api-keys/${key?.id}/usage`),
    await visitor.get("/settings/activity"),
  ];
  for (const { text } of pages) {
    expect(text).toContain(escaped);
    expect(text).not.toContain(name);
  }
  const search = await visitor.get(`/settings/api-keys?text=${encodeURIComponent(name)}`);
  expect(search.text).toContain(`value="${escaped}"`);
});

it("rejects a form that is too large", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  expect((await visitor.post("/settings/api-keys", { name: "x".repeat(70_000) })).status).toBe(413);
});

it("rejects a body that is not a form", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  const headers = { "content-type": "multipart/form-data; boundary=x" };
  expect((await visitor.post("/settings/api-keys", { name: "x" }, headers)).status).toBe(400);
  expect((await visitor.post("/sign-in", { token: "x" }, headers)).status).toBe(401);
});

it("rejects a form without the fields of the page", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  expect((await visitor.post("/settings/api-keys", { nome: "x" })).status).toBe(400);
});

it("responds in the form of the API at paths outside the dashboard", async () => {
  const gateway = await testGateway();
  for (const path of ["/", "/nothing"]) {
    const response = await fetch(gateway.gateway.url + path, { method: "POST", body: "x" });
    expect([response.status, await response.json()]).toMatchObject([404, { error: { code: "not_found" } }]);
  }
});

it("assets have a content type, and a cached copy is revalidated", async () => {
  const { gateway } = await testGateway();
  for (const [name, type] of [
    ["base.css", "text/css; charset=utf-8"],
    ["dashboard.js", "text/javascript; charset=utf-8"],
    ["icon.svg", "image/svg+xml"],
  ] as const) {
    const first = await fetch(`${gateway.url}/assets/${name}`);
    expect(first.headers.get("content-type")).toBe(type);
    await first.body?.cancel();
    const etag = first.headers.get("etag") ?? "";
    const second = await fetch(`${gateway.url}/assets/${name}`, { headers: { "if-none-match": etag } });
    expect(second.status).toBe(304);
  }
});
