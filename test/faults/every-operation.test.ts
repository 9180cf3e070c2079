import { expect, vi } from "vitest";
import { it } from "../support/sample";
import { type Case, faultCases } from "./cases";
import { faults } from "./faults";
import { operations } from "./operations";
import type { Operation } from "./scene";

const run = vi.hoisted((): string[] => []);
vi.mock("./suite", () => ({ faultSuite: ({ name }: Operation) => run.push(name) }));

const namesOf = (cases: readonly Case[]) =>
  cases.map(({ operation, fault, moment }) => `${operation.name}: ${fault.name}, ${moment}`);

it("one of the two files runs the faults of every operation", async () => {
  await import("./even-operations.test.js");
  await import("./odd-operations.test.js");
  expect(run.toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
});

it("npm test runs every operation with a fault, and every fault at each of its moments with an operation", () => {
  const sample = faultCases("sample");
  expect(new Set(sample.map(({ operation }) => operation))).toEqual(new Set(operations));
  for (const fault of faults) {
    const moments = sample.filter((each) => each.fault === fault).map(({ moment }) => moment);
    expect(moments.toSorted(), fault.name).toEqual(fault.moments.toSorted());
  }
});

it("npm run test:all runs every operation with every fault at each of its moments", () => {
  const whole = operations.flatMap((operation) =>
    faults.flatMap((fault) => fault.moments.map((moment) => ({ operation, fault, moment }))),
  );
  expect(namesOf(faultCases("all"))).toEqual(namesOf(whole));
  expect(namesOf([...faultCases("sample"), ...faultCases("rest")]).toSorted()).toEqual(namesOf(whole).toSorted());
});
