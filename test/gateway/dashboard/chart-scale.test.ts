import fc from "fast-check";
import { expect, it } from "vitest";
import { scaleOf } from "../../../gateway/dashboard/chart-scale";

it.each([
  [1, true, [0, 1]],
  [2, true, [0, 1, 2]],
  [10, true, [0, 5, 10]],
  [1337, true, [0, 500, 1000, 1500]],
  [7_100_000, true, [0, 2_500_000, 5_000_000, 7_500_000]],
  [0.3, false, [0, 0.1, 0.2, 0.3]],
  [4.14, false, [0, 2, 4, 6]],
  [0.00001, false, [0, 0.000005, 0.00001]],
])("draws the axis of %d in round steps", (highest, whole, ticks) => {
  expect(scaleOf(highest, { whole }).ticks).toEqual(ticks.map((tick) => expect.closeTo(tick, 9)));
});

it("draws every axis in one to three equal steps, up to the highest value or less than a step above it", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (highest) => {
      const { step, ticks, top } = scaleOf(highest, { whole: false });
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(4);
      expect(top).toBeGreaterThanOrEqual(highest * (1 - 1e-6));
      expect(top - step).toBeLessThan(highest);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), (highest) => {
      expect(scaleOf(highest, { whole: true }).ticks.every(Number.isInteger)).toBe(true);
    }),
  );
});
