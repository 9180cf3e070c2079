import { cellsOf, type Part } from "../support/sample";
import { faults } from "./faults";
import { operations } from "./operations";
import type { Fault, Moment, Operation } from "./scene";

/** An operation with a fault. */
export interface Case {
  readonly operation: Operation;
  readonly fault: Fault;
  readonly moment: Moment;
}

/** Every fault at each of its moments. */
const strikes = faults.flatMap((fault) => fault.moments.map((moment) => ({ fault, moment })));

/** Returns the cases of a part. Defaults to the part of this run. */
export function faultCases(part?: Part): Case[] {
  return cellsOf(operations, strikes, part).map(([operation, strike]) => ({ operation, ...strike }));
}
