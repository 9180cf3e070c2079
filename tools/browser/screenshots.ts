import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { errorMessage } from "../../error-message";
import { startGateway } from "../../gateway/gateway";
import { launchChromium } from "./chromium";
import { reachState, STATES, type State } from "./states";

const WIDTHS = [1280, 390];
const SCHEMES = ["light", "dark"] as const;
/** The page without further steps. */
const KEYS: State = { reach: async () => {} };

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { all: { type: "string" }, only: { type: "string", multiple: true } } });
  const browser = await launchChromium();
  try {
    if (values.all === undefined) {
      await renderLogo(browser);
      // The top of the keys page, for the README.
      for (const scheme of SCHEMES) {
        const path = `docs/images/api-keys-${scheme}.png`;
        await takeScreenshot(browser, { state: KEYS, width: 1280, scheme, path, fullPage: false });
      }
      return;
    }
    const states = Object.entries(STATES).filter(([name]) => values.only === undefined || values.only.includes(name));
    await mkdir(values.all, { recursive: true });
    for (const [name, state] of states) {
      for (const width of WIDTHS) {
        for (const scheme of SCHEMES) {
          const path = join(values.all, `${name}-${width}-${scheme}.png`);
          await takeScreenshot(browser, { state, width, scheme, path, fullPage: true });
        }
      }
    }
  } finally {
    await browser.close();
  }
}

/** Draws the logo, since the Registry and the NuGet package need a PNG. */
async function renderLogo(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
  const svg = await readFile("docs/images/logo.svg", "utf8");
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: "docs/images/logo.png", omitBackground: true });
  await page.close();
}

interface Screenshot {
  readonly state: State;
  readonly width: number;
  readonly scheme: (typeof SCHEMES)[number];
  readonly path: string;
  /** Whether to capture the full page instead of the visible part. */
  readonly fullPage: boolean;
}

async function takeScreenshot(browser: Browser, { state, width, scheme, path, fullPage }: Screenshot): Promise<void> {
  const gateway = await startGateway({ port: 0, data: ":memory:", sample: state.sample !== false });
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  try {
    const page = await context.newPage();
    await reachState(page, state, gateway);
    const covered = (await page.locator("dialog:modal, :popover-open").count()) > 0;
    await page.screenshot({ path, fullPage: fullPage && !covered });
    process.stdout.write(`${path}\n`);
  } finally {
    await context.close();
    await gateway.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exitCode = 1;
});
