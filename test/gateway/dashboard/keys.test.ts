import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startGateway } from "../../../gateway/gateway";
import { Store } from "../../../gateway/store/store";
import { temporaryFolder } from "../../support/folder";
import { testGateway } from "../../support/gateway";
import { Visitor } from "./visitor";

const valueOnPage = (text: string) => /id="primary-value" data-value="true">\s*([^<\s]+)/.exec(text)?.[1];

it("shows a key value once, in the response to its creation, and on no page after that", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { status, text, value } = await visitor.createKey("CI/CD");
  expect(status).toBe(201);
  expect(text).toContain(`export DENCH_GATEWAY_KEY=${value}`);
  expect(await gateway.dataPlane(value)).toBe(200);
  const [key] = await gateway.activeKeys();
  for (const path of ["/settings/api-keys", `/settings/api-keys/${key?.id}/usage`, "/settings/activity"]) {
    const page = await visitor.get(path);
    expect(page.text).not.toContain(value);
    expect(page.text).toContain(key?.last4);
  }
});

it("creates one key from a form that is submitted twice, and shows a message", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const form = { name: "CI/CD", scopes: "models:read", requestId: await visitor.requestId() };
  expect((await visitor.post("/settings/api-keys", form)).status).toBe(201);
  expect((await visitor.post("/settings/api-keys", form)).status).toBe(303);
  expect((await visitor.get("/settings/api-keys")).text).toContain("This form was already submitted");
  expect(await gateway.keys()).toHaveLength(1);
});

it("creates keys with the selected scopes and those of the text field", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const form = new URLSearchParams({ name: "some", requestId: await visitor.requestId() });
  for (const scopes of ["models:read", "chat:completions", " files:write,  files:read "]) form.append("scopes", scopes);
  expect((await visitor.post("/settings/api-keys", form)).status).toBe(201);
  expect((await gateway.keys()).map(({ scopes }) => scopes)).toEqual([
    ["models:read", "chat:completions", "files:write", "files:read"],
  ]);
});

it("shows a new key value although the list of keys cannot be read", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const requestId = await visitor.requestId();
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const search = vi.spyOn(Store.prototype, "findKeys").mockRejectedValue(new Error("the disk failed"));
  onTestFinished(() => [stderr, search].forEach((spy) => void spy.mockRestore()));
  const { status, text } = await visitor.post("/settings/api-keys", { name: "kept", scopes: "models:read", requestId });
  expect(status).toBe(201);
  expect(await gateway.dataPlane(/id="created-value" data-value="true">\s*([^<\s]+)/.exec(text)?.[1])).toBe(200);
  expect((await visitor.get("/settings/api-keys")).status).toBe(500);
});

it.each([
  ["no name", "  ", "kept:scope", /name must/],
  ["a name that is too long", "x".repeat(201), "kept:scope", /name must/],
  ["no scope", "kept:scope", " ", /Select at least one scope/],
])("creates no key with %s, and shows the form again with the problem", async (_what, name, scopes, problem) => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { status, text } = await visitor.createKey(name, scopes);
  expect(status).toBe(400);
  expect(text).toMatch(problem);
  expect(text).toContain('value="kept:scope"');
  expect(await gateway.keys()).toEqual([]);
});

it("reveals and rotates the primary key for an admin", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const before = valueOnPage((await visitor.post("/settings/api-keys/primary/reveal")).text);
  expect(await gateway.dataPlane(before)).toBe(200);
  expect((await visitor.rotate()).status).toBe(303);
  expect(await gateway.dataPlane(before)).toBe(401);
  const after = valueOnPage((await visitor.post("/settings/api-keys/primary/reveal")).text);
  expect(await gateway.dataPlane(after)).toBe(200);
});

it("rotates once if a form is submitted twice", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const form = { requestId: await visitor.requestId() };
  await visitor.post("/settings/api-keys/primary/rotate", form);
  const { id } = await gateway.call("GET", "/api-keys/primary");
  await visitor.post("/settings/api-keys/primary/rotate", form);
  expect(await gateway.call("GET", "/api-keys/primary")).toMatchObject({ id });
});

it("lets a member create and revoke keys, but not reveal or rotate the primary key", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway, gateway.gateway.memberToken);
  const primary = await gateway.call("POST", "/api-keys/primary/reveal");
  for (const action of ["reveal", "rotate"]) {
    const { status, text } = await visitor.post(`/settings/api-keys/primary/${action}`, { requestId: "r1" });
    expect(status).toBe(403);
    expect(text).toContain(`Only an admin can ${action}`);
    expect(text).not.toContain(primary.key);
  }
  expect(await gateway.dataPlane(primary.key)).toBe(200);

  const { value } = await visitor.createKey("mine");
  const [key] = await gateway.activeKeys();
  expect(key?.createdBy.name).toBe("Max Member");
  expect((await visitor.post(`/settings/api-keys/${key?.id}/revoke`)).status).toBe(303);
  expect(await gateway.dataPlane(value)).toBe(401);
});

it("keeps the row of a revoked key, with its status and usage and without a revoke button", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { value } = await visitor.createKey("gone");
  await gateway.dataPlane(value);
  const [key] = await gateway.activeKeys();
  await visitor.post(`/settings/api-keys/${key?.id}/revoke`);
  const { text } = await visitor.get("/settings/api-keys?status=revoked");
  expect(text).toContain('<span class="badge">Revoked</span>');
  expect(text).not.toContain(`/settings/api-keys/${key?.id}/revoke`);
  expect((await visitor.get(`/settings/api-keys/${key?.id}/usage`)).text).toMatch(/<dd>1<\/dd>/);
});

it("does not revoke the primary key", async () => {
  const gateway = await testGateway();
  const { id } = await gateway.call("GET", "/api-keys/primary");
  const visitor = await Visitor.signedIn(gateway);
  expect((await visitor.post(`/settings/api-keys/${id}/revoke`)).status).toBe(409);
  expect(await gateway.call("GET", "/api-keys/primary")).toMatchObject({ id, status: "active" });
});

it("responds with 404 for an unknown key and an unknown page, in a page with that title", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  for (const path of ["/settings/api-keys/key_none/usage", "/settings/nothing", "/nothing"]) {
    const { status, text } = await visitor.get(path, { accept: "text/html" });
    expect([status, text]).toEqual([404, expect.stringContaining("<title>Not found · Dench, local</title>")]);
  }
  expect((await visitor.post("/settings/api-keys/key_none/revoke")).status).toBe(404);
});

it("updates the sandbox secrets on a rotation by page or API, in a file of mode 0600", async () => {
  const folder = await temporaryFolder();
  const gateway = await testGateway({ data: join(folder, "gateway.db") });
  const visitor = await Visitor.signedIn(gateway);
  const file = join(folder, "sandbox.env");
  const expected = async () =>
    expect.stringMatching(`^#.*\nDENCH_API_KEY=${(await gateway.call("POST", "/api-keys/primary/reveal")).key}\n$`);
  const contents = [await readFile(file, "utf8")];
  expect(contents[0]).toEqual(await expected());
  await visitor.rotate();
  contents.push(await readFile(file, "utf8"));
  expect(contents[1]).toEqual(await expected());
  await gateway.call("POST", "/api-keys/primary/rotate", {});
  contents.push(await readFile(file, "utf8"));
  expect(contents[2]).toEqual(await expected());
  expect(new Set(contents).size).toBe(3);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it("does not overwrite a foreign sandbox.env, and shows that it was not updated", async () => {
  const folder = await temporaryFolder();
  const file = join(folder, "sandbox.env");
  await writeFile(file, "MINE=1\n");
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => stderr.mockRestore());
  const visitor = await Visitor.signedIn(await testGateway({ data: join(folder, "gateway.db") }));
  await visitor.rotate();
  expect((await visitor.get("/settings/api-keys")).text).toContain("secrets could not be updated");
  expect(await readFile(file, "utf8")).toBe("MINE=1\n");
  expect(stderr.mock.calls.join()).toContain("the file was not written by this gateway");
});

it("shows a message about the last action on the next page only", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  await visitor.rotate();
  expect((await visitor.get("/settings/api-keys")).text).toContain("was rotated");
  expect((await visitor.get("/settings/api-keys")).text).not.toContain("was rotated");
});

it("returns to the filtered view after a revocation", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { id } = await gateway.call("POST", "/api-keys", { name: "a & b" });
  const query = "?text=a+%26+b&sort=name";
  const { text } = await visitor.get(`/settings/api-keys${query}`);
  const action = `/settings/api-keys/${id}/revoke${query}`;
  expect(text).toContain(`action="${action.replace("&", "&amp;")}"`);
  expect((await visitor.post(action)).headers.get("location")).toBe(`/settings/api-keys${query}`);
});

it("redirects to the keys page when a browser requests the path of a form", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { id } = await gateway.call("POST", "/api-keys", { name: "stays" });
  for (const path of ["primary/reveal", "primary/rotate", `${id}/revoke`]) {
    const { status, headers } = await visitor.get(`/settings/api-keys/${path}`);
    expect([status, headers.get("location")]).toEqual([303, "/settings/api-keys"]);
  }
  expect(await gateway.activeKeys()).toHaveLength(1);
});

it("fills only a newly created workspace with sample data", async () => {
  const folder = await temporaryFolder();
  const data = join(folder, "gateway.db");
  const before = await startGateway({ port: 0, data });
  await before.close();
  const after = await testGateway({ data, sample: true });
  expect(await after.keys()).toEqual([]);

  const sample = await testGateway({ sample: true });
  const keys = await sample.keys();
  expect(keys).toHaveLength(20);
  expect(new Set(keys.map(({ createdBy }) => createdBy.name)).size).toBe(5);
  const usage = await sample.call("GET", `/api-keys/${keys.at(-1)?.id}/usage`);
  expect(usage.daily.filter(({ requests }: { requests: number }) => requests > 0)).toHaveLength(30);
});

it("records who did what via which interface, and no key value", async () => {
  const gateway = await testGateway();
  const admin = await Visitor.signedIn(gateway);
  const { value } = await admin.createKey("by page");
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "by API" });
  const { key: primary } = await gateway.call("POST", "/api-keys/primary/reveal");
  await gateway.revoke(id);
  await gateway.revoke(id);
  await admin.rotate();
  const { text } = await admin.get("/settings/activity");
  const rows = [...text.matchAll(/<tr>(?:(?!<\/tr>).)*<\/tr>/gs)].slice(1).map(([row]) =>
    row
      .replace(/<time.*?<\/time>/s, "")
      .replace(/<code.*?<\/code>/s, "")
      .replace(/<[^>]*>/g, "|")
      .split("|")
      .map((word) => word.trim())
      .filter(Boolean)
      .join(" "),
  );
  expect(rows).toEqual([
    "Ada Admin rotated Primary sandbox key Dashboard",
    "Ada Admin revoked by API API",
    "Ada Admin revealed Primary sandbox key API",
    "Ada Admin created by API API",
    "Ada Admin created by page Dashboard",
  ]);
  for (const secret of [value, key, primary]) expect(text).not.toContain(secret);
});
