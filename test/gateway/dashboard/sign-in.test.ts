import { request } from "undici";
import { expect, it } from "vitest";
import { testGateway } from "../../support/gateway";
import { Visitor } from "./visitor";

const FORM = "application/x-www-form-urlencoded";
const MINUTE_MS = 60 * 1000;

function codeOf(signInUrl: string): string {
  return new URLSearchParams(new URL(signInUrl).hash.slice(1)).get("code") ?? "";
}

it("shows no keys to a visitor who is not signed in", async () => {
  const gateway = await testGateway();
  const stranger = new Visitor(gateway);
  const { id } = await gateway.call("POST", "/api-keys", { name: "hidden" });
  for (const path of ["/settings/api-keys", `/settings/api-keys/${id}/usage`, "/settings/activity", "/settings/none"]) {
    const { status, headers, text } = await stranger.get(path);
    expect([status, headers.get("location"), text], path).toEqual([303, "/sign-in", ""]);
  }
  for (const path of [
    "/settings/api-keys",
    `/settings/api-keys/${id}/revoke`,
    "/settings/api-keys/primary/reveal",
    "/settings/api-keys/primary/rotate",
  ]) {
    const { status, headers } = await stranger.post(path, { name: "x", requestId: "x" });
    expect([status, headers.get("location")], path).toEqual([303, "/sign-in"]);
  }
  expect(await gateway.activeKeys()).toHaveLength(1);
});

it("redirects / to the keys page", async () => {
  const visitor = await Visitor.signedIn(await testGateway());
  const { status, headers } = await visitor.get("/");
  expect([status, headers.get("location")]).toEqual([302, "/settings/api-keys"]);
});

it.each(["adminToken", "memberToken"] as const)(
  "signs in with the %s, and sets a cookie that scripts cannot read",
  async (which) => {
    const gateway = await testGateway();
    const visitor = new Visitor(gateway);
    const token = gateway.gateway[which];
    const { status, headers } = await visitor.post("/sign-in", { token });
    expect([status, headers.get("location")]).toEqual([303, "/settings/api-keys"]);
    expect(headers.get("set-cookie")).toMatch(/^dench_session_org_\w+=\w{40}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(visitor.cookie).not.toContain(token);
    expect((await visitor.get("/settings/api-keys")).status).toBe(200);
  },
);

it.each([
  ["under a host name other than localhost", { host: "gateway.example", origin: "https://gateway.example" }],
  ["behind a TLS proxy", { origin: "https://gateway.example", "x-forwarded-proto": "https" }],
])("sets a Secure cookie %s", async (_what, headers) => {
  const gateway = await testGateway({ allowHosts: ["gateway.example"] });
  // fetch does not allow setting the Host header.
  const response = await request(`${gateway.gateway.url}/sign-in`, {
    method: "POST",
    headers: { "sec-fetch-site": "same-origin", "content-type": FORM, ...headers },
    body: new URLSearchParams({ token: gateway.gateway.adminToken }).toString(),
  });
  await response.body.dump();
  expect(response.headers["set-cookie"]).toContain("; Secure");
});

it.each([
  ["an unknown token", () => "dt_admin_unknown"],
  ["no token", () => ""],
])("rejects %s", async (_what, token) => {
  const visitor = new Visitor(await testGateway());
  const { status, text } = await visitor.post("/sign-in", { token: token() });
  expect(status).toBe(401);
  expect(text).toContain("not a member token");
  expect(visitor.cookie).toBe("");
});

it("rejects the primary key, whose session would outlive a rotation", async () => {
  const gateway = await testGateway();
  const { key } = await gateway.call("POST", "/api-keys/primary/reveal");
  expect((await new Visitor(gateway).post("/sign-in", { token: key })).status).toBe(401);
});

it("signs in with the printed link once, by the code in its fragment", async () => {
  const gateway = await testGateway();
  const code = codeOf(gateway.gateway.signInUrl);
  expect(new URL(gateway.gateway.signInUrl).pathname).toBe("/sign-in");
  const first = new Visitor(gateway);
  expect((await first.post("/sign-in", { code })).status).toBe(303);
  expect((await first.get("/settings/api-keys")).text).toContain("Ada Admin");
  const second = await new Visitor(gateway).post("/sign-in", { code });
  expect(second.status).toBe(401);
  expect(second.text).toContain("already used");
});

it("rejects the printed link after five minutes", async () => {
  let now = 1_800_000_000_000;
  const gateway = await testGateway({ clock: () => now });
  now += 5 * MINUTE_MS;
  const { status } = await new Visitor(gateway).post("/sign-in", { code: codeOf(gateway.gateway.signInUrl) });
  expect(status).toBe(401);
});

it("ends a session at sign-out, and after twelve hours", async () => {
  let now = 1_800_000_000_000;
  const gateway = await testGateway({ clock: () => now });
  const leaving = await Visitor.signedIn(gateway);
  const staying = await Visitor.signedIn(gateway);
  const { cookie } = leaving;
  await leaving.post("/sign-out");
  leaving.cookie = cookie;
  expect((await leaving.get("/settings/api-keys")).status).toBe(303);
  expect((await staying.get("/settings/api-keys")).status).toBe(200);
  now += 12 * 60 * MINUTE_MS;
  expect((await staying.get("/settings/api-keys")).status).toBe(303);
});

it("limits attempts, including successful ones, to ten per minute, and then rejects valid tokens", async () => {
  const gateway = await testGateway();
  const visitor = new Visitor(gateway);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const token = attempt === 5 ? gateway.gateway.memberToken : `guess-${attempt}`;
    expect((await visitor.post("/sign-in", { token })).status).toBe(attempt === 5 ? 303 : 401);
  }
  const { status, headers } = await visitor.post("/sign-in", { token: gateway.gateway.adminToken });
  expect(status).toBe(429);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
});

it("ends the previous session when a browser signs in again", async () => {
  const gateway = await testGateway();
  const visitor = await Visitor.signedIn(gateway);
  const { cookie } = visitor;
  await visitor.post("/sign-in", { token: gateway.gateway.memberToken });
  expect((await visitor.get("/settings/api-keys")).text).toContain("Max Member");
  visitor.cookie = cookie;
  expect((await visitor.get("/settings/api-keys")).status).toBe(303);
});

it("rejects plain http from another machine with a message", async () => {
  const gateway = await testGateway({ allowHosts: ["gateway.example"] });
  const response = await request(`${gateway.gateway.url}/sign-in`, {
    method: "POST",
    headers: { host: "gateway.example", origin: "http://gateway.example", "content-type": FORM },
    body: new URLSearchParams({ token: gateway.gateway.adminToken }).toString(),
  });
  expect(response.statusCode).toBe(400);
  expect(await response.body.text()).toContain("requires https");
  expect(response.headers["set-cookie"]).toBeUndefined();
});

const attempt = (visitor: Visitor, token: string) => visitor.post("/sign-in", { token }).then(({ status }) => status);

it("counts the attempts of each browser separately, since all have one address behind a proxy", async () => {
  const gateway = await testGateway();
  const [guessing, other] = [new Visitor(gateway), new Visitor(gateway)];
  for (const visitor of [guessing, other]) await visitor.get("/sign-in");
  for (let count = 0; count < 10; count += 1) expect(await attempt(guessing, `guess-${count}`)).toBe(401);
  // Another form of the same browser does not start a new count.
  await guessing.get("/sign-in");
  expect(await attempt(guessing, gateway.gateway.adminToken)).toBe(429);
  expect(await attempt(other, gateway.gateway.adminToken)).toBe(303);
});

it("counts a browser with a forged cookie by its address", async () => {
  const gateway = await testGateway();
  const forged = async (count: number) => {
    const visitor = new Visitor(gateway);
    await visitor.get("/sign-in");
    visitor.cookie = visitor.cookie.replace(/=.{4}/, `=${1000 + count}`);
    return attempt(visitor, `guess-${count}`);
  };
  for (let count = 0; count < 10; count += 1) expect(await forged(count)).toBe(401);
  expect(await forged(10)).toBe(429);
});

it("prints a loopback address when it listens on all addresses", async () => {
  const { gateway } = await testGateway({ host: "0.0.0.0" });
  expect(new URL(gateway.signInUrl).hostname).toBe("127.0.0.1");
});
