import type { TestProject } from "vitest/node";
import { findChromium, HOW_TO_INSTALL } from "../../tools/browser/chromium";

declare module "vitest" {
  interface ProvidedContext {
    hasChromium: boolean;
  }
}

/** Skips the tests that need Chromium if there is none, except in CI, where it fails. */
export function setup(project: TestProject): void {
  const hasChromium = findChromium() !== undefined;
  const missing = `There is no Chromium on PATH: ${HOW_TO_INSTALL}.`;
  if (!hasChromium && process.env["CI"] === "true") throw new Error(missing);
  if (!hasChromium) process.stdout.write(`${missing}\nThe tests that need it are skipped.\n`);
  project.provide("hasChromium", hasChromium);
}
