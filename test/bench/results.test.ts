import { expect, it } from "vitest";
import { explained, formatResults, lineOf, parseResults } from "../../bench/results";
import type { Row, Target } from "../../bench/row";

const DATE = "2026-11-27";

function row(target?: Target): Row {
  return {
    name: "row-name",
    what: "what is measured",
    reference: "the reference",
    unit: "s",
    pairs: 3,
    obstacle: "The reason.",
    ...(target ? { target } : {}),
    run: async () => ({ values: [] }),
  };
}

const pairs = [
  { ours: 1.2, reference: 1 },
  { ours: 3, reference: 2 },
  { ours: 2.2, reference: 2 },
];

it("a comparison shows both medians, and the median and extremes of the ratios of the pairs", () => {
  expect(lineOf(row({ of: "ratio", atMost: 1.2 }), { pairs }, DATE)).toEqual({
    name: "row-name",
    what: "what is measured",
    ours: "2.20 s",
    reference: "2 s, the reference",
    ratio: "1.20 (1.10–1.50)",
    target: "≤ 1.20 ×",
    met: "yes",
    pairs: "3",
    date: DATE,
  });
});

it("a ratio that misses its target shows what prevents it", () => {
  expect(lineOf(row({ of: "ratio", atMost: 1.19 }), { pairs }, DATE).met).toBe("no: The reason.");
  expect(lineOf(row({ of: "ratio", atLeast: 1.21 }), { pairs }, DATE).met).toBe("no: The reason.");
});

it("a measured row gets a later explanation of its missed target", () => {
  const { obstacle: _none, ...unexplained } = row({ of: "ratio", atMost: 1 });
  const line = lineOf(unexplained, { pairs }, DATE);
  expect(line.met).toBe("no");
  expect(explained(line, row()).met).toBe("no: The reason.");
});

it("a value is compared with the target itself", () => {
  const line = (atMost: number) => lineOf(row({ of: "ours", atMost }), { values: [1003] }, DATE);
  expect(line(1003)).toMatchObject({ ours: "1,003 s", ratio: "–", target: "≤ 1,003 s", met: "yes" });
  expect(line(1002).met).toBe("no: The reason.");
});

it("a row without a target is shown with its remark, and is neither met nor missed", () => {
  const measurement = { values: [0.1234, 0.2], remark: "half of it at the start" };
  expect(lineOf(row(), measurement, DATE)).toMatchObject({
    ours: "0.162 (0.123–0.200) s: half of it at the start",
    target: "–",
    met: "–",
  });
});

it("the page of results can be read again, so that single rows can be replaced", () => {
  const results = {
    environment: { machine: "2 × processor", system: "Linux 6", node: "v24", engine: "3.274.1", package: "0.1.0" },
    lines: [lineOf(row({ of: "ratio", atMost: 1 }), { pairs }, DATE), lineOf(row(), { values: [1] }, DATE)],
  };
  expect(parseResults(formatResults(results))).toEqual(results);
});
