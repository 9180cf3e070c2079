import { expect, it } from "vitest";
import { formatExactUsd, formatRough, formatStepUsd, formatUsd, RelativeTime } from "../../../gateway/dashboard/format";

const DAY_MS = 24 * 60 * 60 * 1000;

it.each([
  [0, "$0.00", "$0.00"],
  [0.000006, "< $0.01", "$0.000006"],
  [0.0031, "< $0.01", "$0.0031"],
  [0.031, "$0.03", "$0.031"],
  [0.0999, "$0.10", "$0.10"],
  [1, "$1.00", "$1.00"],
  [1234.567, "$1,234.57", "$1,234.57"],
])("formats %d dollars as %s, or exactly as %s", (amount, text, exact) => {
  expect(formatUsd(amount)).toBe(text);
  expect(formatExactUsd(amount)).toBe(exact);
});

it.each([
  [2, ["$0", "$2", "$4"]],
  [2.5, ["$0", "$2.50", "$5.00"]],
  [0.5, ["$0", "$0.50", "$1.00"]],
  [0.025, ["$0", "$0.025", "$0.050"]],
  [0.001, ["$0", "$0.001", "$0.002"]],
  [0.000005, ["$0", "$0.000005", "$0.000010"]],
])("formats an axis in steps of %d dollars with the same decimals", (step, texts) => {
  expect([0, step, 2 * step].map((amount) => formatStepUsd(amount, step))).toEqual(texts);
});

it.each([
  [0, "0"],
  [999, "999"],
  [1234, "1.23K"],
  [1_646_100, "1.65M"],
])("formats a rough count of %d as %s", (count, text) => {
  expect(formatRough(count)).toBe(text);
});

it.each([
  [0, "just now"],
  [-1, "just now"],
  [0.001, "1 minute ago"],
  [0.042, "1 hour ago"],
  [29.9, "29 days ago"],
  [359.9, "11 months ago"],
  [360, "1 year ago"],
  [800, "2 years ago"],
])("formats an age of %d days as %s", (days, text) => {
  expect(String(<RelativeTime time={0} now={days * DAY_MS} />)).toContain(`>${text}<`);
});
