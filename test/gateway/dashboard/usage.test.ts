import { expect, it } from "vitest";
import { testGateway } from "../../support/gateway";
import { Visitor } from "./visitor";

const DAY_MS = 24 * 60 * 60 * 1000;

async function chat(url: string, value: string, content: string): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${value}` },
    body: JSON.stringify({ model: "dench-local-echo", messages: [{ role: "user", content }] }),
  });
  expect(response.status).toBe(200);
  await response.body?.cancel();
}

/** Returns the description of each bar of a chart. */
function barsOf(title: string, text: string): string[] {
  const chart = text.split(`aria-label="${title}, per day"`)[1]?.split("</svg>")[0] ?? "";
  return Array.from(chart.matchAll(/role="option"[^>]* aria-label="([^"]*)"/g), ([, label = ""]) => label);
}

it("shows requests, tokens and cost of 7, 30 and 90 days, as a total, by day and by model", async () => {
  let now = Date.parse("2026-11-27T12:00:00Z");
  const gateway = await testGateway({ clock: () => now });
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "app" });
  const { gatewayUrl } = gateway.gateway;
  await chat(gatewayUrl, key, "one two three");
  now += 20 * DAY_MS;
  await chat(gatewayUrl, key, "one two three");
  await gateway.dataPlane(key);

  const visitor = await Visitor.signedIn(gateway);
  const page = async (days: number | string) => (await visitor.get(`/settings/api-keys/${id}/usage?days=${days}`)).text;
  const week = await page(7);
  expect(barsOf("Requests", week)).toHaveLength(7);
  expect(barsOf("Requests", week).at(-1)).toBe("Dec 17: 2");
  expect(barsOf("Tokens", week).at(-1)).toMatch(/^Dec 17: \d+ input, \d+ output$/);
  expect(barsOf("Estimated cost", week).at(-1)).toMatch(/^Dec 17: \$0\.0000\d+$/);
  expect(week).toMatch(/dench-local-echo.*1 request · .*Other requests.*1 request · 0 in · 0 out/s);

  const month = await page(30);
  expect(barsOf("Requests", month)).toHaveLength(30);
  expect(month).toMatch(/<dt>Requests<\/dt><dd>3<\/dd>/);
  expect(month).toMatch(/dench-local-echo.*2 requests · /s);
  expect(barsOf("Requests", await page(90))).toHaveLength(90);
  for (const other of ["0", "31", "all"]) expect(barsOf("Requests", await page(other))).toHaveLength(30);
});

it("says in a sentence that a key was not used, and draws no chart of what is zero", async () => {
  let now = Date.parse("2026-11-27T12:00:00Z");
  const gateway = await testGateway({ clock: () => now });
  const { id, key } = await gateway.call("POST", "/api-keys", { name: "app" });
  const page = async () => {
    const visitor = await Visitor.signedIn(gateway);
    return (await visitor.get(`/settings/api-keys/${id}/usage`)).text;
  };
  expect(await page()).toContain("This key has never been used.");
  await gateway.dataPlane(key);
  expect(barsOf("Requests", await page())).toHaveLength(30);
  expect(barsOf("Tokens", await page())).toEqual([]);
  now += 40 * DAY_MS;
  const text = await page();
  expect(text).toMatch(/No requests in the last 30 days\. The last one was.*1 month ago/s);
  expect(text).not.toContain("<svg");
});
