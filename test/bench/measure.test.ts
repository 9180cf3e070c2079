import { expect, it } from "vitest";
import { measurePairs, spreadOf } from "../../bench/measure";

it("every second pair begins with the reference", async () => {
  const order: string[] = [];
  const pairs = await measurePairs(3, async (side) => order.push(side));
  expect(order).toEqual(["ours", "reference", "reference", "ours", "ours", "reference"]);
  expect(pairs).toEqual([
    { ours: 1, reference: 2 },
    { ours: 4, reference: 3 },
    { ours: 5, reference: 6 },
  ]);
});

it("the median of an even number of values is the mean of the two in the middle", () => {
  expect(spreadOf([4, 1, 3, 10])).toEqual({ lowest: 1, median: 3.5, highest: 10 });
});

it("the median of an odd number of values is the one in the middle", () => {
  expect(spreadOf([9, 1, 2])).toEqual({ lowest: 1, median: 2, highest: 9 });
});

it("no values have no median", () => {
  expect(() => spreadOf([])).toThrow(RangeError);
});
