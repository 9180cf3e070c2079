import type { Example } from "../../schema/examples/example";
import { examples } from "../../schema/examples/registry";
import { cellsOf } from "../support/sample";

export const allExamples = Object.values(examples).flat();

const LANGUAGES = ["typescript", "yaml", "python"] as const;

/** Returns the schema's examples that are run in a language. The sample has each example, and each language. */
export function examplesIn(language: (typeof LANGUAGES)[number]): Example[] {
  return cellsOf(allExamples, LANGUAGES).flatMap(([example, each]) => (each === language ? [example] : []));
}
