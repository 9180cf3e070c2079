import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { errorMessage } from "../../error-message";
import { paths } from "../../gateway/dashboard/paths";
import { type Gateway, startGateway } from "../../gateway/gateway";
import { launchChromium } from "./chromium";

const WIDTHS = [1280, 390];
const SCHEMES = ["light", "dark"] as const;

/** The states of the pages, each with the steps that lead to it from the keys page. */
const STATES: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  keys: async () => {},
  revealed: (page) => page.getByRole("button", { name: "Reveal" }).click(),
  rotate: (page) => page.getByRole("button", { name: "Rotate key" }).first().click(),
  "create-key": (page) => page.getByRole("button", { name: "Create key" }).first().click(),
  created: async (page) => {
    await page.getByRole("button", { name: "Create key" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill("Production EU");
    await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    await page
      .getByRole("button", { name: "Done" })
      .or(page.getByRole("link", { name: "Done" }))
      .waitFor();
  },
  menu: (page) => page.getByRole("button", { name: "More for Edge worker" }).click(),
  revoke: async (page) => {
    await page.getByRole("button", { name: "More for Edge worker" }).click();
    await page.locator(":popover-open").getByRole("button", { name: "Revoke key" }).click();
  },
  empty: (page) => page.goto(new URL(`${paths.keys}?text=nothing`, page.url()).href),
  usage: async (page) => {
    await page.getByRole("button", { name: "More for Production" }).click();
    await page.locator(":popover-open").getByRole("link", { name: "View usage" }).click();
  },
  activity: (page) => page.getByRole("link", { name: "Activity" }).click(),
  "sign-in": async (page) => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Member token").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
  },
  "not-found": (page) => page.goto(new URL("/settings/nothing", page.url()).href),
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { all: { type: "string" } } });
  const browser = await launchChromium();
  try {
    if (values.all === undefined) {
      await renderLogo(browser);
      // The top of the keys page, for the README.
      for (const scheme of SCHEMES) {
        const path = `docs/images/api-keys-${scheme}.png`;
        await takeScreenshot(browser, { state: "keys", width: 1280, scheme, path, fullPage: false });
      }
      return;
    }
    await mkdir(values.all, { recursive: true });
    for (const state of Object.keys(STATES)) {
      for (const width of WIDTHS) {
        for (const scheme of SCHEMES) {
          const path = join(values.all, `${state}-${width}-${scheme}.png`);
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
  readonly state: string;
  readonly width: number;
  readonly scheme: (typeof SCHEMES)[number];
  readonly path: string;
  /** Whether to capture the full page instead of the visible part. */
  readonly fullPage: boolean;
}

async function takeScreenshot(browser: Browser, { state, width, scheme, path, fullPage }: Screenshot): Promise<void> {
  const gateway: Gateway = await startGateway({ port: 0, data: ":memory:", sample: true });
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  try {
    const page = await context.newPage();
    await page.goto(gateway.signInUrl);
    await page.getByRole("heading", { name: "API Keys", exact: true }).waitFor();
    await STATES[state]?.(page);
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
