import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startGateway } from "../../../gateway/gateway";
import { temporaryFolder } from "../../support/folder";
import { testGateway } from "../../support/gateway";
import { fillWithKeys } from "./many-keys";
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
  const form = { name: "CI/CD", scopes: "", requestId: await visitor.requestId() };
  expect((await visitor.post("/settings/api-keys", form)).status).toBe(201);
  expect((await visitor.post("/settings/api-keys", form)).status).toBe(303);
  expect((await visitor.get("/settings/api-keys")).text).toContain("This form was already submitted");
  expect(await gateway.keys()).toHaveLength(1);
});

it("creates keys with the requested scopes, or else with the default ones", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  await visitor.createKey("some", " models:read, files:write ");
  await visitor.createKey("default");
  expect((await gateway.keys()).map(({ scopes }) => scopes)).toEqual([
    ["models:read", "chat:completions"],
    ["models:read", "files:write"],
  ]);
});

it.each([
  ["no name", "  "],
  ["a name that is too long", "x".repeat(201)],
])("creates no key with %s, and shows the form again with the problem", async (_what, name) => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { status, text } = await visitor.createKey(name, "kept:scope");
  expect(status).toBe(400);
  expect(text).toMatch(/name must/);
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
  const { text } = await visitor.get("/settings/api-keys");
  expect(text).toContain("Revoked");
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

it("responds with 404 for an unknown key and an unknown page", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  for (const path of ["/settings/api-keys/key_none/usage", "/settings/nothing"]) {
    expect((await visitor.get(path)).status).toBe(404);
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
  const query = "?text=a+%26+b&status=active";
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

it("paginates five thousand keys, and filters by name, creator, last four characters or status", async () => {
  const folder = await temporaryFolder();
  const gateway = await testGateway({ data: join(folder, "gateway.db") });
  const { last4 } = fillWithKeys(join(folder, "gateway.db"), 5000);
  const visitor = await Visitor.signedIn(gateway);
  const namesOn = async (query: string) => {
    const { text } = await visitor.get(`/settings/api-keys?${query}`);
    expect(text.length).toBeLessThan(200_000);
    return [...text.matchAll(/<th scope="row"[^>]*><bdi>([^<]*)<\/bdi>/g)].map(([, name]) => name);
  };
  expect(await namesOn("")).toEqual(Array.from({ length: 50 }, (_, index) => `key ${5000 - index}`));
  expect(await namesOn("page=100")).toEqual(Array.from({ length: 50 }, (_, index) => `key ${50 - index}`));
  expect(await namesOn("page=101")).toEqual([]);
  expect(await namesOn("text=KEY+4999")).toEqual(["key 4999"]);
  expect(await namesOn(`text=${last4}`)).toContain("key 1");
  expect(await namesOn("text=max")).toHaveLength(50);
  const withOne = Array.from({ length: 5000 }, (_, index) => `key ${5000 - index}`).filter((name) =>
    name.includes("1"),
  );
  const found: (string | undefined)[] = [];
  for (let page = 1; found.length < withOne.length && page <= withOne.length / 50 + 1; page += 1)
    found.push(...(await namesOn(`text=1&status=active&page=${page}`)));
  expect(found).toEqual(withOne);
  expect(await namesOn("status=revoked")).toEqual(["key 5000"]);
  expect(await namesOn("status=active&text=key+5000")).toEqual([]);
});
