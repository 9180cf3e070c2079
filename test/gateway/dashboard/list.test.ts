import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, it } from "vitest";
import { requestIdFor } from "../../../provider/resources/request-id";
import { temporaryFolder } from "../../support/folder";
import { testGateway } from "../../support/gateway";
import { fillWithKeys } from "./many-keys";
import { Visitor } from "./visitor";

const LIST = "/settings/api-keys";

/** Returns the names of the keys on a page, in order. */
function namesOn(text: string): string[] {
  return Array.from(text.matchAll(/<bdi id="name-\d+">([^<]*)</g), ([, name = ""]) => name);
}

/** Returns the numbers on the tabs. */
function countsOn(text: string): string[] {
  return Array.from(text.matchAll(/<span class="count">([\d,]+)</g), ([, count = ""]) => count);
}

/** Returns the row below the row of a key. */
function detailsOf(id: string, text: string): string {
  const rows = text.split('<tr class="more">').filter((row) => row.includes(`">${id}</code><button`));
  return (rows[0] ?? "").split("</tr>")[0] ?? "";
}

it("paginates and sorts five thousand keys, and filters them by name, creator, ID, last four characters or status", async () => {
  const data = join(await temporaryFolder(), "gateway.db");
  const gateway = await testGateway({ data });
  const { last4 } = fillWithKeys(data, 5000);
  const visitor = await Visitor.signedIn(gateway);
  const page = async (query: string) => {
    const { text } = await visitor.get(`${LIST}?${query}`);
    expect(text.length).toBeLessThan(200_000);
    return text;
  };
  const find = async (query: string) => namesOn(await page(query));
  const countdown = (from: number) => Array.from({ length: 50 }, (_, index) => `key ${from - index}`);
  expect(await find("")).toEqual(countdown(4999));
  expect(await find("status=all")).toEqual(countdown(5000));
  expect(await find("status=all&page=100")).toEqual(countdown(50));
  expect(await find("status=all&page=101")).toEqual([]);
  expect(await find("text=KEY+4998")).toEqual(["key 4998"]);
  expect(await find("text=key_4321")).toEqual(["key 4321"]);
  expect(await find("text=key_4321+%28%E2%80%A64321%29")).toEqual(["key 4321"]);
  expect(await find("text=key_499")).toEqual([...countdown(4999).slice(0, 10), "key 499"]);
  for (const text of [last4, `…${last4}`]) expect(await find(`text=${encodeURIComponent(text)}`)).toContain("key 1");
  expect(await find("text=max")).toHaveLength(50);
  expect(await find("status=revoked")).toEqual(["key 5000"]);
  expect(countsOn(await page("text=key+5000"))).toEqual(["1", "0", "1"]);
  expect(countsOn(await page("status=all"))).toEqual(["5,000", "4,999", "1"]);

  const withOne = Array.from({ length: 5000 }, (_, index) => `key ${index + 1}`).filter((name) => name.includes("1"));
  for (const [sort, expected] of [
    ["oldest", withOne],
    ["name-reversed", withOne.toReversed()],
  ] as const) {
    const found: string[] = [];
    for (let at = 1; found.length < withOne.length && at <= withOne.length / 50 + 1; at += 1)
      found.push(...(await find(`text=1&sort=${sort}&page=${at}`)));
    expect(found).toEqual(expected);
  }
});

it("sorts by name, last use, requests and cost, in both directions, with the newest key first among equals", async () => {
  const data = join(await temporaryFolder(), "gateway.db");
  const gateway = await testGateway({ data });
  const today = new Date().toISOString().slice(0, 10);
  const database = new DatabaseSync(data);
  for (const [name, lastUsedAt, requests, cost] of [
    ["b", 1000, 5, 0.5],
    ["A", 3000, 50, 0.25],
    ["ä", 2000, 1, 9],
    ["C", null, 0, 0],
    ["d", null, 0, 0],
  ] as const) {
    const { id } = await gateway.call("POST", "/api-keys", { name });
    database.prepare("UPDATE keys SET last_used_at = ? WHERE id = ?").run(lastUsedAt, id);
    if (requests > 0) database.prepare("INSERT INTO usage VALUES (?, ?, ?, ?, 0, 0)").run(id, today, requests, cost);
  }
  database.close();
  const visitor = await Visitor.signedIn(gateway);
  const order = async (sort: string) => namesOn((await visitor.get(`${LIST}?sort=${sort}`)).text).join(" ");
  expect(await order("newest")).toBe("d C ä A b");
  expect(await order("oldest")).toBe("b A ä C d");
  expect(await order("name")).toBe("A ä b C d");
  expect(await order("name-reversed")).toBe("d C b ä A");
  expect(await order("used")).toBe("A ä b d C");
  expect(await order("unused")).toBe("d C b ä A");
  expect(await order("requests")).toBe("A b ä d C");
  expect(await order("fewest-requests")).toBe("d C ä b A");
  expect(await order("cost")).toBe("ä b A d C");
  expect(await order("lowest-cost")).toBe("d C A b ä");
  expect(await order("unknown")).toBe("d C ä A b");
});

it("says how a key was created, and which key of the provider has replaced it", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const instance = crypto.randomUUID();
  const create = async (name: string, requestId?: string): Promise<{ id: string }> =>
    gateway.call("POST", "/api-keys", { name, requestId });
  const first = await create("pulumi", requestIdFor(instance, "urn"));
  const second = await create("pulumi", requestIdFor(instance, first.id));
  const scripted = await create("script", "release-7");
  await visitor.createKey("page");
  const text = async (query = "") => (await visitor.get(`${LIST}${query}`)).text;

  const page = await text();
  const [byPage] = await gateway.keys();
  expect(detailsOf(byPage?.id ?? "", page)).toContain("by Ada Admin, with the dashboard");
  expect(detailsOf(scripted.id, page)).toContain("by Ada Admin, with the API");
  expect(detailsOf(second.id, page)).toContain(`with Pulumi`);
  expect(detailsOf(second.id, page)).toContain(instance);
  expect(detailsOf(second.id, page)).not.toContain("Replaced by");
  expect(detailsOf(first.id, page)).toMatch(new RegExp(`Replaced by.*${second.id}.*Pulumi revokes this key`, "s"));
  expect(page.match(/<span class="badge">Previous<\/span>/g)).toHaveLength(1);

  await gateway.revoke(first.id);
  const revoked = await text("?status=revoked");
  expect(detailsOf(first.id, revoked)).toContain("Revoked (UTC)");
  expect(detailsOf(first.id, revoked)).not.toContain("Pulumi revokes this key");
});

it("opens the key that a search by ID finds, and says where else the search has matches", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { id } = await gateway.call("POST", "/api-keys", { name: "found" });
  await gateway.call("POST", "/api-keys", { name: "other" });
  expect((await visitor.get(`${LIST}?text=${id}`)).text).toContain("<details open");
  expect((await visitor.get(`${LIST}?text=found`)).text).not.toContain("<details open");
  await gateway.revoke(id);
  const { text } = await visitor.get(`${LIST}?text=${id}`);
  expect(namesOn(text)).toEqual([]);
  expect(text).toContain(`href="${LIST}?text=${id}&amp;status=all"`);
  expect(text).toContain("Show 1 revoked key");
});

it("shows what to do in a workspace without keys, and no filter", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  const { text } = await visitor.get(LIST);
  expect(text).toContain("There are no additional keys yet.");
  expect(text).toContain("new dench.GatewayKey(");
  expect(text).not.toContain('role="search"');
  expect(text).not.toContain('name="text"');
});

it("shows the last use of a key before it is revoked", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { value } = await visitor.createKey("used");
  const dialog = async () => /<dialog id="revoke-.*?<\/dialog>/s.exec((await visitor.get(LIST)).text)?.[0];
  expect(await dialog()).toMatch(/Last used.*Never/s);
  await gateway.dataPlane(value);
  expect(await dialog()).toMatch(/Last used.*just now/s);
});

it("responds to any query with a page, and to any form with a key or the form's problems", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  await visitor.createKey("key");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "key_", "%", "…", "\0", "9".repeat(20), "-1"),
  );
  const pair = fc.tuple(fc.oneof(fc.constantFrom("text", "status", "sort", "page", "days"), text), text);
  const field = fc.tuple(fc.constantFrom("name", "scopes", "scopes", "requestId"), text);
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { maxLength: 4 }), fc.array(field, { maxLength: 5 }), async (pairs, fields) => {
      const query = new URLSearchParams(pairs);
      expect((await visitor.get(`${LIST}?${query}`)).status).toBe(200);
      expect([201, 303, 400]).toContain((await visitor.post(`${LIST}?${query}`, new URLSearchParams(fields))).status);
    }),
    { numRuns: 60 },
  );
});
