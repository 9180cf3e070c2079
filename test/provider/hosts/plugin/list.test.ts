import type { Client } from "@grpc/grpc-js";
import { ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { InvokeRequest, ListRequest, type ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../../provider/hosts/plugin/struct";
import { listing } from "../../../../provider/resources/gateway-key/list";
import type { Fields } from "../../../../provider/session/context";
import { UNKNOWN } from "../../../../provider/values/unknown";
import { testContext } from "../../../support/context";
import { failureOf } from "../../../support/failure";
import { testGateway } from "../../../support/gateway";
import { configure, sendRequest, sendStreamRequest, servedPlugin } from "../../../support/plugin";
import { scriptedServer } from "../../../support/scripted-server";

interface Wanted {
  readonly query?: Fields;
  readonly limit?: number;
  readonly pageSize?: number;
  readonly from?: string;
}

/** Sends one List request, as the engine does. */
async function list(plugin: Client, { query = {}, limit = 0, pageSize = 0, from = "" }: Wanted = {}) {
  const request = new ListRequest().setToken("dench:index:GatewayKey").setQuery(encode(query));
  request.setLimit(limit).setPageSize(pageSize).setContinuationToken(from);
  const parts: ListResponse[] = await sendStreamRequest(plugin, service.list, request);
  const items = parts.flatMap((part) => part.getResult()?.toObject() ?? []);
  return {
    items,
    names: items.map(({ name }) => name),
    next: parts.at(-1)?.getContinuation()?.getContinuationToken(),
    isComputed: parts.some((part) => part.hasComputed()),
  };
}

/** Returns the names on each page. */
async function pagesOf(plugin: Client, wanted: Wanted): Promise<string[][]> {
  const pages: string[][] = [];
  for (let from: string | undefined = ""; from !== undefined; ) {
    const { names, next } = await list(plugin, { ...wanted, from });
    pages.push(names);
    from = next || undefined;
  }
  return pages;
}

async function pluginOn(...names: string[]) {
  const gateway = await testGateway();
  const made = [];
  for (const name of names) made.push(await gateway.call("POST", "/api-keys", { name }));
  const plugin = await servedPlugin(gateway.env);
  await configure(plugin);
  return { plugin, gateway, made };
}

const numbered = (count: number, name = "key") => Array.from({ length: count }, (_, index) => `${name} ${index}`);

describe("a list of gateway keys", () => {
  it("returns ID and name of the active keys, newest first, without the primary key", async () => {
    const { plugin, gateway, made } = await pluginOn("a", "b", "c");
    await gateway.revoke(made[1].id);
    const { items, next } = await list(plugin);
    expect(items).toEqual([
      { id: made[2].id, name: "c" },
      { id: made[0].id, name: "a" },
    ]);
    expect(next).toBe("");
  });

  it("is filtered by status and by name", async () => {
    const { plugin, gateway, made } = await pluginOn("a", "b", "a");
    await gateway.revoke(made[0].id);
    const names = async (query: Fields) => (await list(plugin, { query })).names;
    expect(await names({ status: "revoked" })).toEqual(["a"]);
    expect(await names({ status: "all" })).toEqual(["a", "b", "a"]);
    expect(await names({ name: "a" })).toEqual(["a"]);
    expect(await names({ name: "a", status: "all" })).toEqual(["a", "a"]);
    expect(await names({ name: "none" })).toEqual([]);
  });

  it("has pages of at most 100 keys or the requested size, without missing or repeated keys", async () => {
    const names = numbered(205);
    const { plugin } = await pluginOn(...names);
    for (const [pageSize, sizes] of [
      [0, [100, 100, 5]],
      [1000, [100, 100, 5]],
      [90, [90, 90, 25]],
    ] as const) {
      const pages = await pagesOf(plugin, { pageSize });
      expect(pages.map((page) => page.length)).toEqual(sizes);
      expect(pages.flat()).toEqual(names.toReversed());
    }
  });

  it("has no more keys than the limit", async () => {
    const { plugin } = await pluginOn(...numbered(5));
    expect(await list(plugin, { limit: 3 })).toMatchObject({ names: ["key 4", "key 3", "key 2"], next: "" });
    expect((await list(plugin, { limit: 9 })).names).toHaveLength(5);
  });

  it("with a name, skips pages without a match", async () => {
    const { plugin } = await pluginOn("wanted", ...numbered(120), "wanted", "wanted");
    const query = { name: "wanted" };
    expect(await pagesOf(plugin, { query })).toEqual([["wanted", "wanted", "wanted"]]);
    expect(await pagesOf(plugin, { query, pageSize: 2 })).toEqual([["wanted", "wanted"], ["wanted"]]);
    expect(await list(plugin, { query, limit: 1 })).toMatchObject({ names: ["wanted"], next: "" });
  });

  it("with a name that YAML passes as a number, finds the keys", async () => {
    const { plugin } = await pluginOn("2026", "other");
    expect((await list(plugin, { query: { name: 2026 } })).names).toEqual(["2026"]);
  });

  it("with a name, has full pages, without missing or repeated keys", async () => {
    const { plugin, made } = await pluginOn(...numbered(120).flatMap((name) => ["mine", name]), "mine");
    const mine = made.filter(({ name }) => name === "mine").map(({ id }) => id);
    for (const [pageSize, sizes] of [
      [0, [100, 21]],
      [70, [70, 51]],
    ] as const) {
      const ids: string[][] = [];
      for (let from: string | undefined = ""; from !== undefined; ) {
        const page: Awaited<ReturnType<typeof list>> = await list(plugin, { query: { name: "mine" }, pageSize, from });
        ids.push(page.items.map(({ id }) => id));
        from = page.next || undefined;
      }
      expect(ids.map(({ length }) => length)).toEqual(sizes);
      expect(ids.flat()).toEqual(mine.toReversed());
    }
  });

  it("fails if it is canceled, or if the cursors form a loop", async () => {
    const gone = new AbortController();
    const endless = await scriptedServer(({ path }) => {
      const page = Number(new URL(path, "http://localhost").searchParams.get("cursor") ?? "0") + 1;
      if (page === 3) gone.abort();
      return { status: 200, body: { items: [], cursor: String(page) } };
    });
    const { client } = testContext({ env: { DENCH_BASE_URL: endless.url, DENCH_API_KEY: "token" } });
    const all = { query: { name: "a" }, limit: undefined, pageSize: undefined, from: undefined };
    const page = listing.page({ client }, { ...all, signal: gone.signal });
    await expect(page).rejects.toMatchObject({ code: "canceled" });
    expect(endless.received).toHaveLength(3);

    const circle = await scriptedServer(({ path }) => {
      const cursor = new URL(path, "http://localhost").searchParams.get("cursor") === "a" ? "b" : "a";
      return { status: 200, body: { items: [], cursor } };
    });
    const lost = testContext({ env: { DENCH_BASE_URL: circle.url, DENCH_API_KEY: "token" } });
    const round = listing.page(lost, { ...all, signal: new AbortController().signal });
    await expect(round).rejects.toMatchObject({ code: "unexpected_response" });
    expect(circle.received).toHaveLength(3);
    // The engine requests each page separately, so the loop is found by the number of pages.
    const from = "0:10001:a";
    const late = listing.page(lost, { ...all, from, signal: new AbortController().signal });
    await expect(late).rejects.toMatchObject({ code: "unexpected_response" });
  });

  it("is unknown if its filter is unknown", async () => {
    const { plugin } = await pluginOn("a");
    expect(await list(plugin, { query: { name: UNKNOWN } })).toMatchObject({ isComputed: true, items: [] });
  });

  it("fails with the problem of the filter or the token", async () => {
    const { plugin } = await pluginOn();
    expect(await failureOf(list(plugin, { query: { status: "dead" } }))).toContain("must be active, revoked or all");
    expect(await failureOf(list(plugin, { query: { nam: "a" } }))).toContain(
      'there is no argument "nam"; did you mean "name"?',
    );
    const unknown = await servedPlugin({ DENCH_BASE_URL: "http://127.0.0.1:1" });
    await configure(unknown);
    expect(await failureOf(list(unknown))).toContain("export DENCH_API_KEY=");
  });
});

describe("a function", () => {
  const invoke = async (plugin: Client, token: string, args: Fields) => {
    const request = new InvokeRequest().setTok(`dench:index:${token}`).setArgs(encode(args));
    return decode((await sendRequest(plugin, service.invoke, request)).getReturn());
  };

  it("returns its result without the absent properties", async () => {
    const { plugin, made } = await pluginOn("CI");
    const result = await invoke(plugin, "getGatewayKey", { name: "CI" });
    expect(result).toMatchObject({ id: made[0].id, createdBy: { name: "Ada Admin" } });
    expect(result).not.toHaveProperty("lastUsedAt");
    expect(JSON.stringify(result)).not.toContain(made[0].key);
  });

  it("fails as an error of the call, because pulumi do ignores the failures in a response", async () => {
    const { plugin } = await pluginOn();
    expect(await failureOf(invoke(plugin, "getKeyUsage", {}))).toContain("keyId: ");
    const unknown = failureOf(invoke(plugin, "getKeyUsage", { keyId: UNKNOWN }));
    expect(await unknown).toContain("Call getKeyUsageOutput");
    expect(await failureOf(invoke(plugin, "getNothing", {}))).toContain("no function dench:index:getNothing");
  });
});
