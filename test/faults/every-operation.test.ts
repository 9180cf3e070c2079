import { expect, it, vi } from "vitest";
import { operations } from "./operations";
import type { Operation } from "./scene";

const run = vi.hoisted((): string[] => []);
vi.mock("./suite", () => ({ faultSuite: ({ name }: Operation) => run.push(name) }));

it("every operation runs into the faults, in one of the two files", async () => {
  await import("./even-operations.test.js");
  await import("./odd-operations.test.js");
  expect(run.toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
});
