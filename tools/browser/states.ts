import type { Page } from "playwright-core";
import { paths } from "../../gateway/dashboard/paths";
import type { Gateway } from "../../gateway/gateway";

/** A state of the pages. */
export interface State {
  /** Whether the gateway has sample data. Defaults to `true`. */
  readonly sample?: boolean;
  /** Whether a member signs in, and not the admin. Defaults to `false`. */
  readonly asMember?: boolean;
  /** The steps that lead to the state from the keys page. */
  readonly reach: (page: Page, gateway: Gateway) => Promise<unknown>;
}

const goTo = (path: string) => (page: Page) => page.goto(new URL(path, page.url()).href);

const openMenu = (page: Page, name: string) =>
  page
    .getByRole("button", { name: `More for ${name}` })
    .first()
    .click();

async function chooseFromMenu(page: Page, name: string, item: string): Promise<void> {
  await openMenu(page, name);
  await page.locator(":popover-open").getByText(item, { exact: true }).click();
}

const usageOf = (name: string, days: number) => async (page: Page) => {
  await chooseFromMenu(page, name, "View usage");
  await page.getByRole("link", { name: `${days} days` }).click();
  await page.locator(`[aria-current]`, { hasText: `${days} days` }).waitFor();
};

const create = async (page: Page, name: string) => {
  await page.getByRole("button", { name: "Create key" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
};

/** Every state of the pages, by name. */
export const STATES: Readonly<Record<string, State>> = {
  keys: { reach: async () => {} },
  member: { asMember: true, reach: async () => {} },
  revealed: { reach: (page) => page.getByRole("button", { name: "Reveal" }).click() },
  rotate: { reach: (page) => page.getByRole("button", { name: "Rotate key" }).first().click() },
  "create-key": { reach: (page) => page.getByRole("button", { name: "Create key" }).first().click() },
  "create-key-problem": {
    reach: async (page) => {
      await page.getByRole("button", { name: "Create key" }).first().click();
      await page.getByLabel("Name", { exact: true }).fill("No scope");
      for (const scope of await page.getByRole("checkbox").all()) await scope.uncheck();
      await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  created: {
    reach: async (page) => {
      await create(page, "Production EU");
      await page.getByRole("link", { name: "Done" }).waitFor();
    },
  },
  menu: { reach: (page) => openMenu(page, "Edge worker") },
  revoke: { reach: (page) => chooseFromMenu(page, "Production", "Revoke key") },
  revoked: {
    reach: async (page) => {
      await chooseFromMenu(page, "Edge worker", "Revoke key");
      await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
      await page.getByText("was revoked").waitFor();
      await page.getByRole("link", { name: "Revoked" }).click();
      await page.locator("[aria-current]", { hasText: "Revoked" }).waitFor();
    },
  },
  opened: {
    reach: async (page) => {
      const rows = page.getByRole("rowheader", { name: "Preview environments" });
      await rows.first().click();
      await rows.last().click();
    },
  },
  sorted: { reach: goTo(`${paths.keys}?sort=cost&status=all`) },
  "no-match": { reach: goTo(`${paths.keys}?text=hackathon`) },
  "no-match-active": { reach: goTo(`${paths.keys}?text=contractor`) },
  "no-keys": { sample: false, reach: async () => {} },
  "usage-7": { reach: usageOf("Production", 7) },
  "usage-30": {
    reach: async (page) => {
      await usageOf("Production", 30)(page);
      await page.getByRole("option").first().focus();
    },
  },
  "usage-90": {
    reach: async (page) => {
      await usageOf("Production", 90)(page);
      await page.getByText("Figures of each day").click();
    },
  },
  "usage-small": {
    sample: false,
    reach: async (page, gateway) => {
      await create(page, "small");
      const value = await page.locator("#created-value").textContent();
      const body = JSON.stringify({ model: "dench-local-echo", messages: [{ role: "user", content: "hello" }] });
      const headers = { authorization: `Bearer ${value}`, "content-type": "application/json" };
      await fetch(`${gateway.gatewayUrl}/v1/chat/completions`, { method: "POST", headers, body });
      await page.getByRole("link", { name: "Done" }).click();
      await usageOf("small", 7)(page);
    },
  },
  "usage-none": { reach: usageOf("Zapier", 30) },
  activity: { reach: (page) => page.getByRole("link", { name: "Activity" }).click() },
  "no-activity": { sample: false, reach: (page) => page.getByRole("link", { name: "Activity" }).click() },
  "sign-in": {
    reach: async (page) => {
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByLabel("Member token").fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  "not-found": { reach: goTo("/settings/nothing") },
};

/** Signs in and leads a page to a state. */
export async function reachState(page: Page, { asMember = false, reach }: State, gateway: Gateway): Promise<void> {
  if (asMember) {
    await page.goto(gateway.url);
    await page.getByLabel("Member token").fill(gateway.memberToken);
    await page.getByRole("button", { name: "Sign in" }).click();
  } else {
    await page.goto(gateway.signInUrl);
  }
  await page.getByRole("heading", { name: "API Keys", exact: true }).waitFor();
  await reach(page, gateway);
}
