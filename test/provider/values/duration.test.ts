import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Duration, DurationOrZero, durationMs, formatDuration } from "../../../provider/values/duration";

describe("a duration", () => {
  it.each([
    ["30d", 30 * 86_400_000],
    ["24h", 86_400_000],
    ["90m", 5_400_000],
    ["1h30m", 5_400_000],
    ["1d2h3m4s", 93_784_000],
    ["0s", 0],
  ])("%s is %d milliseconds", (text, milliseconds) => {
    expect(durationMs(text)).toBe(milliseconds);
  });

  it.each(["", "30", "d", "-1h", "1.5h", "1h -30m", "30 d", "30D", "1w", "30m1h", "1h1h", "P1D"])(
    "%j is none",
    (text) => {
      expect(durationMs(text)).toBeUndefined();
      expect(Duration.safeParse(text).success).toBe(false);
    },
  );

  it("is rejected if it is too long, or zero where zero has no meaning", () => {
    expect(Duration.safeParse("0s").error?.issues[0]?.message).toBe("must be longer than zero");
    expect(DurationOrZero.safeParse("0s").success).toBe(true);
    expect(Duration.safeParse("3651d").error?.issues[0]?.message).toBe("must be at most 3650d");
    expect(Duration.safeParse(`${"9".repeat(400)}d`).success).toBe(false);
    expect(Duration.safeParse(30).error?.issues[0]?.message).toMatch(/like 30d/);
  });

  it("is the sum of its parts", () => {
    const part = fc.nat({ max: 1000 });
    fc.assert(
      fc.property(part, part, part, part, (d, h, m, s) => {
        expect(durationMs(`${d}d${h}h${m}m${s}s`)).toBe((((d * 24 + h) * 60 + m) * 60 + s) * 1000);
      }),
    );
  });
});

it.each([
  [31.9 * 86_400_000, "31 days"],
  [47 * 3_600_000, "47 hours"],
  [3_600_000, "1 hour"],
  [59_999, "0 minutes"],
])("%d milliseconds are formatted as %s", (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words);
});
