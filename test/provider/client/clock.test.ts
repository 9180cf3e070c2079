import { describe, expect, it } from "vitest";
import { Clock } from "../../../provider/client/clock";

const HOUR = 3_600_000;
const START = Date.parse("2026-06-01T00:00:00Z");
const at = (milliseconds: number) => new Date(milliseconds).toUTCString();

function clock(learns = true) {
  const warnings: string[] = [];
  return { clock: new Clock({ start: START, learns, warn: (text) => warnings.push(text) }), warnings };
}

describe("the server's time", () => {
  it.each([
    ["the same", START, 0],
    ["written before a slow response arrived", START + 12_000, 0],
    ["two hours behind", START - 2 * HOUR, -2 * HOUR + 1000],
    ["two hours ahead", START + 2 * HOUR, 2 * HOUR - 15_000],
  ])("is learned from a response with a date that is %s", (_what, date, skew) => {
    const { clock: learned } = clock();
    learned.learn({ sentAt: START, arrivedAt: START + 15_000, date: at(date) });
    expect(learned.now).toBe(START + skew);
  });

  it("is learned once, with a warning if the clocks differ by more than a minute", () => {
    const { clock: learned, warnings } = clock();
    const response = { sentAt: START, arrivedAt: START, date: at(START - 2 * HOUR) };
    learned.learn(response);
    learned.learn({ ...response, date: at(START) });
    expect(learned.now).toBeLessThan(START - HOUR);
    expect(warnings).toEqual([expect.stringMatching(/^The server's clock is 2 hours behind this machine's clock\./)]);
  });

  it.each([undefined, "yesterday"])("is this machine's time if the header is %s", (date) => {
    const { clock: learned, warnings } = clock();
    learned.learn({ sentAt: START, arrivedAt: START, date });
    expect([learned.now, warnings]).toEqual([START, []]);
  });

  it("is the time that a test sets, regardless of the server", () => {
    const { clock: set } = clock(false);
    set.learn({ sentAt: START, arrivedAt: START, date: at(START + HOUR) });
    expect([set.now, set.current]).toEqual([START, START]);
  });
});
