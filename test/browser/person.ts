import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, inject, onTestFinished } from "vitest";
import { launchChromium } from "../../tools/browser/chromium";
import type { TestGateway } from "../support/gateway";

/** A group of tests that need a browser. */
export const describeWithChromium = inject("hasChromium") ? describe : describe.skip;

/** Starts one browser for the tests of a file. */
export function sharedBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  return () => {
    if (!browser) throw new Error("the browser is not running");
    return browser;
  };
}

/** A user of the settings page with their own browser profile. Collects the errors and warnings of the page. */
export class Person {
  readonly page: Page;
  readonly warnings: string[] = [];
  readonly addresses: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.warnings.push(message.text());
    });
    page.on("pageerror", (error) => this.warnings.push(error.message));
    page.on("dialog", (dialog) => {
      this.warnings.push(`a script opened a dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on("request", (request) => this.addresses.push(request.url()));
  }

  static async open(browser: Browser): Promise<Person> {
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    onTestFinished(() => context.close());
    return new Person(await context.newPage());
  }

  /** Signs in with the link that the gateway prints. */
  static async admin(browser: Browser, { gateway }: TestGateway): Promise<Person> {
    const person = await Person.open(browser);
    await person.page.goto(gateway.signInUrl);
    await person.heading("API Keys").waitFor();
    return person;
  }

  static async member(browser: Browser, { gateway }: TestGateway): Promise<Person> {
    const person = await Person.open(browser);
    await person.page.goto(gateway.url);
    await person.page.getByLabel("Member token").fill(gateway.memberToken);
    await person.button("Sign in").click();
    await person.heading("API Keys").waitFor();
    return person;
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The open dialog. */
  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  /** The focused element, if it matches. */
  focused(element: string, text: string): Locator {
    return this.page.locator(`${element}:focus`, { hasText: text });
  }

  row(name: string): Locator {
    return this.page.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }

  async chooseFromMenu(name: string, item: string): Promise<void> {
    await this.button(`More for ${name}`).click();
    await this.row(name).getByText(item, { exact: true }).click();
  }

  /** Leaves the page that shows a new key value. */
  async done(): Promise<void> {
    await this.page.getByRole("link", { name: "Done" }).click();
    await this.heading("API Keys").waitFor();
  }

  /** Creates a key, and copies its value with the button. */
  async createKey(name: string): Promise<string> {
    await this.button("Create key").click();
    await this.dialog.getByLabel("Name").fill(name);
    await this.dialog.getByRole("button", { name: "Create key" }).click();
    await this.heading(`Key created: ${name}`).waitFor();
    await this.page.getByRole("main").getByRole("button", { name: "Copy" }).first().click();
    return this.copied();
  }

  async copied(): Promise<string> {
    await this.button("Copied").waitFor();
    return this.page.evaluate<string>("navigator.clipboard.readText()");
  }
}
