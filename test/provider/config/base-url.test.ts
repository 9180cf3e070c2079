import { expect, it } from "vitest";
import { parseBaseUrl } from "../../../provider/config/base-url";

it.each([
  ["https://www.dench.com/api/v1", "https://www.dench.com/api/v1"],
  ["https://WWW.Dench.com/api/v1///", "https://www.dench.com/api/v1"],
  ["http://127.0.0.1:4800/api/v1", "http://127.0.0.1:4800/api/v1"],
  ["http://localhost:4800", "http://localhost:4800"],
  ["http://[::1]:4800/", "http://[::1]:4800"],
])("%s is read as %s", (text, url) => {
  expect(parseBaseUrl(text)).toBe(url);
});

it.each([
  ["plain http to another machine", "http://dench.com/api/v1", /https/],
  ["plain http to a name that only looks local", "http://localhost.example.com", /https/],
  ["plain http to a number that only looks local", "http://127.0.0.1.example.com", /https/],
  ["plain http to a name of this machine that requests would use a proxy for", "http://127.0.0.2", /https/],
  ["another protocol", "ftp://127.0.0.1", /https/],
  ["a password", "https://user:hidden-word@dench.com", /user or password/],
  ["a query", "https://dench.com/?key=hidden-word", /query/],
  ["no URL", "hidden-word", /not a URL/],
])("%s is rejected without repeating it", (_what, text, message) => {
  expect(() => parseBaseUrl(text)).toThrow(message);
  expect(() => parseBaseUrl(text)).not.toThrow(/hidden-word/);
});
