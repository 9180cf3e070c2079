import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import * as z from "zod";
import { reachState, STATES } from "../../tools/browser/states";
import { testGateway } from "../support/gateway";
import { casesOf, itEach } from "../support/sample";
import { describeWithChromium, sharedBrowser } from "./person";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

const LOOKS = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 390 },
] as const;

/** Returns what axe-core finds wrong on a page: the rules, each with the elements that break it. */
async function violationsOn(page: Page): Promise<string[]> {
  // The page's policy allows no other script, so this one runs outside of it.
  const found = await page.evaluate<unknown>(
    `${AXE}; axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)`,
  );
  return Violations.parse(found).map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describeWithChromium("axe-core finds no violation", () => {
  const browser = sharedBrowser();

  const name = ([state]: [string, unknown]) => `in the state ${state}, in light colors and on a phone in dark ones`;
  itEach(casesOf(Object.entries(STATES)), name, async ([, state]) => {
    const gateway = await testGateway({ sample: state.sample !== false });
    const context = await browser().newContext({ viewport: { width: 1280, height: 900 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await reachState(page, state, gateway.gateway);
    for (const { colorScheme, width } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      expect(await violationsOn(page), colorScheme).toEqual([]);
    }
  });
});
