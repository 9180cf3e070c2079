import { describe, expect, it } from "vitest";
import { proxyFor } from "../proxy";

const API = new URL("https://www.dench.com/api/v1");

describe("the proxy for an address", () => {
  it.each([
    ["proxy.example:3128", "http://proxy.example:3128"],
    ["10.0.0.1:3128", "http://10.0.0.1:3128"],
    ["[::1]:3128", "http://[::1]:3128"],
    ["proxy.example", "http://proxy.example"],
    ["http://proxy.example:3128/", "http://proxy.example:3128"],
    ["HTTP://proxy.example:3128/path?query#hash", "http://proxy.example:3128"],
    ["https://proxy.example", "https://proxy.example"],
    [" http://proxy.example:3128\n", "http://proxy.example:3128"],
    ["socks5://proxy.example:1080", "socks5://proxy.example:1080"],
    ["socks5h://proxy.example:1080", "socks5://proxy.example:1080"],
    ["user:word@proxy.example:3128", "http://user:word@proxy.example:3128"],
    ["http://user@proxy.example:3128", "http://user@proxy.example:3128"],
    ["http://us%40er:w%25rd@proxy.example:3128", "http://us%40er:w%25rd@proxy.example:3128"],
    ["http://user:100%pw@proxy.example:3128", "http://user:100%25pw@proxy.example:3128"],
    ["http://user:%zz%2@proxy.example:3128", "http://user:%25zz%252@proxy.example:3128"],
    ["http://user:a@b:c@proxy.example:3128", "http://user:a%40b%3Ac@proxy.example:3128"],
    ["http://user:%C3%A4ß@proxy.example:3128", "http://user:%C3%A4%C3%9F@proxy.example:3128"],
  ])("is parsed like curl parses it: %j", (text, uri) => {
    expect(proxyFor(API, { HTTPS_PROXY: text })).toEqual({ uri, variable: "HTTPS_PROXY" });
  });

  it.each([
    "proxy.example:hidden-word",
    "http://proxy.example:99999",
    "http://",
    "http://user:hidden-word@",
    "ftp://user:hidden-word@proxy.example",
    "socks4://proxy.example:1080",
    "http://hidden word:3128",
    "http:\\\\hidden-word:3128",
    "://proxy.example",
  ])(
    "without a usable address is an error that names the variable and the next step, but not the value: %j",
    (text) => {
      const attempt = () => proxyFor(API, { https_proxy: text });
      expect(attempt).toThrow(/^https_proxy is not the address of a proxy.*www\.dench\.com.*NO_PROXY$/);
      expect(attempt).not.toThrow(/hidden/);
    },
  );

  it("is read from the variable of the scheme, lowercase first, and for https also from http_proxy", () => {
    const every = { https_proxy: "a", HTTPS_PROXY: "b", http_proxy: "c", HTTP_PROXY: "d" };
    const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"] as const;
    names.forEach((name, index) => {
      const env = Object.fromEntries(names.slice(index).map((each) => [each, every[each]]));
      expect(proxyFor(API, env)?.variable).toBe(name);
    });
    const plain = new URL("http://gateway.example");
    expect(proxyFor(plain, every)?.variable).toBe("http_proxy");
    expect(proxyFor(plain, { HTTPS_PROXY: "b" })).toBeUndefined();
  });

  it("is not used if no variable is set, or the first one is empty", () => {
    expect(proxyFor(API, {})).toBeUndefined();
    expect(proxyFor(API, { https_proxy: "", HTTPS_PROXY: "b", HTTP_PROXY: "d" })).toBeUndefined();
  });
});

describe("NO_PROXY", () => {
  const isExempt = (address: string, list: Record<string, string>) =>
    proxyFor(new URL(address), { HTTPS_PROXY: "not a proxy", ...list }) === undefined;
  const isProxied = (address: string, list: Record<string, string>) => {
    expect(() => isExempt(address, list)).toThrow("HTTPS_PROXY");
  };

  it.each([
    ["*", "https://www.dench.com"],
    ["other.example, www.dench.com", "https://www.dench.com"],
    ["WWW.Dench.com", "https://www.dench.com"],
    ["dench.com", "https://www.dench.com"],
    [".dench.com", "https://www.dench.com"],
    [".dench.com", "https://dench.com"],
    ["*.dench.com", "https://www.dench.com"],
    ["dench.com.", "https://www.dench.com"],
    ["www.dench.com:443", "https://www.dench.com"],
    ["other.example dench.com:8443", "https://www.dench.com:8443"],
    ["10.1.2.3", "https://10.1.2.3"],
    ["10.0.0.0/8", "https://10.1.2.3"],
    ["[fd00::1]", "https://[fd00::1]"],
    ["fd00::/8", "https://[fd00::1]"],
    ["[fd00::1]:8443", "https://[fd00::1]:8443"],
  ])("set to %s exempts %s, even if the address of the proxy is invalid", (list, address) => {
    expect(isExempt(address, { NO_PROXY: list })).toBe(true);
    expect(isExempt(address, { no_proxy: list })).toBe(true);
  });

  it.each([
    ["", "https://www.dench.com"],
    [",", "https://www.dench.com"],
    [".", "https://www.dench.com"],
    ["ench.com", "https://www.dench.com"],
    ["*.dench.com", "https://dench.com"],
    ["www.dench.com:444", "https://www.dench.com"],
    ["10.0.0.0/8", "https://11.1.2.3"],
    ["10.0.0.0/99", "https://10.1.2.3"],
    ["2.3", "https://10.1.2.3"],
    ["10.0.0.0/8", "https://[fd00::1]"],
  ])("set to %j does not exempt %s", (list, address) => {
    isProxied(address, { NO_PROXY: list });
  });

  it("in lowercase takes precedence over uppercase", () => {
    isProxied("https://www.dench.com", { no_proxy: "", NO_PROXY: "*" });
  });
});
