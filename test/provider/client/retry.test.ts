import { describe, expect, it } from "vitest";
import { delayBefore, isTransient } from "../../../provider/client/retry";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const failed = (retryAfter?: string, date?: string) => ({ status: 503, retryAfter, date });

describe("a response that is retried", () => {
  it.each([undefined, 408, 429, 500, 502, 503, 504])("has the status %s", (status) => {
    expect(isTransient({ status, retryAfter: undefined, date: undefined })).toBe(true);
  });
  it.each([200, 301, 400, 401, 403, 404, 409, 413, 501])("does not have the status %s", (status) => {
    expect(isTransient({ status, retryAfter: undefined, date: undefined })).toBe(false);
  });
});

describe("the wait before a retry", () => {
  it("doubles, with jitter over its upper half, up to twenty seconds", () => {
    const range = (attempt: number) => [0, 1].map((random) => delayBefore(attempt, failed(), NOW, () => random));
    expect(range(0)).toEqual([125, 250]);
    expect(range(1)).toEqual([250, 500]);
    expect(range(4)).toEqual([2000, 4000]);
    expect(range(12)).toEqual([10_000, 20_000]);
  });

  it.each([
    ["seconds", "3", 3000],
    ["zero", "0", 0],
    ["a date", "Thu, 01 Jan 2026 00:00:07 GMT", 7000],
    ["a date that is over", "Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ])("follows a Retry-After of %s", (_what, header, milliseconds) => {
    expect(delayBefore(0, failed(header), NOW, () => 0)).toBe(milliseconds);
  });

  it.each([
    ["ahead of ours", "Thu, 01 Jan 2026 01:00:00 GMT", "Thu, 01 Jan 2026 01:00:07 GMT"],
    ["behind ours", "Wed, 31 Dec 2025 23:00:00 GMT", "Wed, 31 Dec 2025 23:00:07 GMT"],
  ])("compares a date with the server's clock, which is %s", (_what, date, retryAfter) => {
    expect(delayBefore(0, failed(retryAfter, date), NOW, () => 0)).toBe(7000);
  });

  it("compares a date with this machine's clock if the server's date is not readable", () => {
    expect(delayBefore(0, failed("Thu, 01 Jan 2026 00:00:07 GMT", "now"), NOW, () => 0)).toBe(7000);
  });

  it("is undefined if the server requests more than two minutes", () => {
    expect(delayBefore(0, failed("121"), NOW, () => 0)).toBeUndefined();
  });

  it("ignores a Retry-After that is neither a number nor a date", () => {
    expect(delayBefore(0, failed("soon"), NOW, () => 0)).toBe(125);
  });
});
