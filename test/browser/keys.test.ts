import { expect, it, onTestFinished } from "vitest";
import { testGateway } from "../support/gateway";
import { describeWithChromium, Person, sharedBrowser } from "./person";

describeWithChromium("the keys page in a browser", () => {
  const browser = sharedBrowser();

  it("a key can be created, copied and used; then the page shows its usage, but not its value", async () => {
    const gateway = await testGateway();
    const person = await Person.admin(browser(), gateway);
    const value = await person.createKey("CI/CD");
    expect(await person.page.getByRole("main").textContent()).toContain(`export DENCH_GATEWAY_KEY=${value}`);
    await person.done();
    expect(await gateway.dataPlane(value)).toBe(200);

    await person.page.reload();
    expect(await person.row("CI/CD").getByRole("cell").allTextContents()).toMatchObject([
      expect.stringContaining(value.slice(-4)),
      "Ada Admin",
      "1",
      "$0.00",
      "just now",
      "Active",
      expect.anything(),
    ]);
    await person.chooseFromMenu("CI/CD", "View usage");
    await person.heading("Usage of CI/CD").waitFor();
    expect(await person.page.getByRole("definition").first().textContent()).toBe("1");
    await person.page.getByText("Figures of each day").click();
    expect(await person.page.getByRole("row").nth(1).getByRole("cell").first().textContent()).toBe("1");
    expect(await person.page.content()).not.toContain(value);
    await person.page.goBack();
    await person.heading("API Keys").waitFor();
    expect(await person.page.content()).not.toContain(value);
    expect(person.addresses.join("\n")).not.toContain(value);
    expect(person.warnings).toEqual([]);
  });

  it("the table has the columns of the vendor's page", async () => {
    const gateway = await testGateway();
    await gateway.call("POST", "/api-keys", { name: "one" });
    const person = await Person.admin(browser(), gateway);
    const columns = await person.page.getByRole("columnheader").allTextContents();
    expect(columns).toEqual([..."Name,Key,Created By,30d Requests,30d Cost,Last Used,Status".split(","), "Actions"]);
  });

  it("an admin can reveal, copy and hide the primary key", async () => {
    const gateway = await testGateway();
    const person = await Person.admin(browser(), gateway);
    const card = person.page.getByRole("region", { name: "Primary sandbox key" });
    // Without a revelation first, it reveals and copies.
    await card.getByRole("button", { name: "Copy" }).first().click();
    const value = await person.copied();
    expect(await gateway.dataPlane(value)).toBe(200);
    expect(await card.textContent()).toContain(value);
    await person.focused("button", "Copied").waitFor();
    await person.page.getByRole("link", { name: "Hide" }).click();
    await person.button("Reveal").waitFor();
    expect(await person.page.content()).not.toContain(value);
    expect(person.warnings).toEqual([]);
  });

  it("a member can neither reveal nor rotate the primary key, and the page explains why", async () => {
    const person = await Person.member(browser(), await testGateway());
    expect(await person.button("Reveal").isDisabled()).toBe(true);
    expect(await person.button("Rotate key").first().isDisabled()).toBe(true);
    expect(await person.page.getByText("Revealing and rotating this key requires the admin role.").count()).toBe(1);
  });

  it("the primary key is rotated only after a confirmation that describes the interruption", async () => {
    const gateway = await testGateway();
    const { key: before } = await gateway.call("POST", "/api-keys/primary/reveal");
    const person = await Person.admin(browser(), gateway);
    await person.button("Rotate key").click();
    expect(await person.dialog.textContent()).toMatch(/revokes the current value immediately.*Requests can fail/s);
    await person.dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await gateway.dataPlane(before)).toBe(200);

    await person.button("Rotate key").click();
    await person.dialog.getByRole("button", { name: "Rotate key" }).click();
    await person.page.getByText("The primary sandbox key was rotated.").waitFor();
    expect(await gateway.dataPlane(before)).toBe(401);
    await person.button("Reveal").click();
    await person.page.getByRole("link", { name: "Hide" }).waitFor();
    await person.button("Copy").first().click();
    expect(await gateway.dataPlane(await person.copied())).toBe(200);
    expect(person.warnings).toEqual([]);
  });

  it("a key is revoked immediately after a confirmation, and its row remains among the revoked keys", async () => {
    const gateway = await testGateway();
    const { key } = await gateway.call("POST", "/api-keys", { name: "old" });
    const person = await Person.admin(browser(), gateway);
    await person.chooseFromMenu("old", "Revoke key");
    expect(await person.dialog.textContent()).toContain("cannot be restored");
    await person.page.keyboard.press("Escape");
    expect(await gateway.dataPlane(key)).toBe(200);
    await person.chooseFromMenu("old", "Revoke key");
    await person.dialog.getByRole("button", { name: "Revoke key" }).click();
    await person.page.getByText("The key old was revoked.").waitFor();
    expect(await gateway.dataPlane(key)).toBe(401);
    expect(await person.row("old").count()).toBe(0);
    await person.page.getByRole("link", { name: "Revoked 1" }).click();
    await person.row("old").getByText("Revoked").waitFor();
    await person.button("More for old").click();
    expect(await person.row("old").getByText("Revoke key").count()).toBe(0);
  });

  it("a name with markup is shown as text, and runs no script", async () => {
    const gateway = await testGateway();
    const name = `<img src=x onerror="alert('run')">`;
    const person = await Person.admin(browser(), gateway);
    await person.createKey(name);
    await person.done();
    expect(await person.row(name).count()).toBe(1);
    await person.chooseFromMenu(name, "Revoke key");
    await person.heading(`Revoke ${name}?`).waitFor();
    await person.dialog.getByRole("button", { name: "Revoke key" }).click();
    await person.page.getByText(`The key ${name} was revoked.`).waitFor();
    await person.page.getByRole("link", { name: "Activity" }).click();
    expect(await person.page.getByRole("link", { name }).count()).toBe(2);
    expect(await person.page.locator("img:not([src='/assets/icon.svg'])").count()).toBe(0);
    expect(person.warnings).toEqual([]);
  });

  it("a new key value is shown without scripts", async () => {
    const gateway = await testGateway();
    const context = await browser().newContext({ javaScriptEnabled: false });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(gateway.gateway.url);
    await page.getByLabel("Member token").fill(gateway.gateway.adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByLabel("Name").fill("plain");
    await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    const value = await page.locator("#created-value:visible").textContent();
    expect(await gateway.dataPlane(value)).toBe(200);
  });

  it("a second click during the first request creates no second key, and the value is shown", async () => {
    const gateway = await testGateway();
    const person = await Person.admin(browser(), gateway);
    const created = Promise.withResolvers<void>();
    const mayRespond = Promise.withResolvers<void>();
    await person.page.route("**/settings/api-keys", async (route) => {
      const response = await route.fetch({ maxRedirects: 0 });
      created.resolve();
      await mayRespond.promise;
      await route.fulfill({ response });
    });
    await person.button("Create key").click();
    await person.dialog.getByLabel("Name").fill("once");
    await person.dialog.getByRole("button", { name: "Create key" }).hover();
    // Raw mouse events, since Playwright's `click` waits for the navigation.
    const { mouse } = person.page;
    await mouse.down();
    await mouse.up();
    await created.promise;
    await mouse.down();
    await mouse.up();
    mayRespond.resolve();
    await person.heading("Key created: once").waitFor();
    expect(await gateway.dataPlane(await person.page.locator("#created-value:visible").textContent())).toBe(200);
    expect(await gateway.keys()).toHaveLength(1);
  });

  it("a new key value is shown until Done is pressed, and not when going back", async () => {
    const person = await Person.admin(browser(), await testGateway());
    const value = await person.createKey("shown once");
    await person.page.keyboard.press("Escape");
    expect(await person.page.locator("#created-value:visible").textContent()).toBe(value);
    await person.done();
    // The page is not cached, and the browser requests a confirmation before it resubmits the form.
    await person.page.goBack().catch(() => {});
    expect(await person.page.content()).not.toContain(value);
  });

  it("every action works by keyboard: a dialog receives the focus, and restores it", async () => {
    const gateway = await testGateway();
    const person = await Person.admin(browser(), gateway);
    await person.button("Create key").focus();
    await person.page.keyboard.press("Enter");
    await person.page.keyboard.type("by keyboard");
    await person.page.keyboard.press("Escape");
    await person.focused("button", "Create key").waitFor();
    await person.page.keyboard.press("Enter");
    await person.page.keyboard.press("Enter");
    await person.heading("Key created: by keyboard").waitFor();
    expect((await gateway.activeKeys()).map(({ name }) => name)).toEqual(["by keyboard"]);
    await person.page.getByRole("link", { name: "Done" }).press("Enter");
    await person.heading("API Keys").waitFor();
    await person.row("by keyboard").locator("summary").press("Enter");
    await person.page.getByText("with the dashboard").waitFor();
    await person.chooseFromMenu("by keyboard", "Revoke key");
    await person.page.keyboard.press("Escape");
    await person.button("More for by keyboard").and(person.page.locator(":focus")).waitFor();
    await person.chooseFromMenu("by keyboard", "Revoke key");
    await person.dialog.getByRole("button", { name: "Revoke key" }).press("Enter");
    await person.page.getByText("The key by keyboard was revoked.").waitFor();
    await person.focused("p", "The key by keyboard was revoked.").waitFor();
  });

  it("the printed link signs in, and its code remains neither in the URL nor in the history", async () => {
    const gateway = await testGateway();
    const person = await Person.admin(browser(), gateway);
    const code = new URL(gateway.gateway.signInUrl).hash.slice("#code=".length);
    expect(person.page.url()).toBe(`${gateway.gateway.url}/settings/api-keys`);
    await person.page.goBack();
    expect(person.page.url()).not.toContain(code);
    const sent = person.addresses.map((address) => address.split("#")[0]);
    expect(sent.join("\n")).not.toContain(code);
    await person.page.goto(gateway.gateway.url);
    await person.button("Sign out").click();
    await person.heading("Sign in to Local workspace").waitFor();
    await person.page.goto(gateway.gateway.url);
    await person.heading("Sign in to Local workspace").waitFor();
  });

  it("no page sends a request to another host", async () => {
    const gateway = await testGateway({ sample: true });
    const person = await Person.admin(browser(), gateway);
    await person.chooseFromMenu("Production", "View usage");
    await person.page.getByRole("link", { name: "Activity" }).click();
    await person.heading("Activity").waitFor();
    expect(new Set(person.addresses.map((address) => new URL(address).origin))).toEqual(new Set([gateway.gateway.url]));
    expect(person.warnings).toEqual([]);
  });

  it("the list follows what is typed without a button, keeps the focus, and never puts a key value into the URL", async () => {
    const gateway = await testGateway({ sample: true });
    const person = await Person.admin(browser(), gateway);
    const { key } = await gateway.call("POST", "/api-keys", { name: "pasted" });
    const list = person.page.locator("#key-list");
    expect(await person.button("Search").count()).toBe(0);
    await person.page.getByLabel("Search by name").pressSequentially("staging");
    await list.getByRole("link", { name: "Active 1" }).waitFor();
    expect(await person.row("Staging").count()).toBe(1);
    await person.page.getByRole("status").getByText("1 key").waitFor();
    await person.page.keyboard.press("End");
    await person.page.keyboard.type("x");
    await list.getByText("No key matches “stagingx”.").waitFor();
    expect(new URL(person.page.url()).search).toContain("text=stagingx");
    await list.getByRole("link", { name: "Clear" }).click();
    await person.row("Production").waitFor();
    expect(new URL(person.page.url()).search).toBe("");

    await person.page.getByLabel("Sort by").selectOption("Highest cost");
    await person.page
      .locator("[data-found]", { has: person.page.locator("tbody tr:first-child", { hasText: "Production" }) })
      .waitFor();
    await person.chooseFromMenu("Staging", "Revoke key");
    await person.dialog.getByRole("button", { name: "Revoke key" }).click();
    await person.page.getByText("The key Staging was revoked.").waitFor();
    expect(new URL(person.page.url()).searchParams.get("sort")).toBe("cost");

    await person.page.getByLabel("Search by name").fill(key);
    await person.page.keyboard.press("Enter");
    await person.page.locator("#text:invalid").waitFor();
    expect(person.addresses.join("\n")).not.toContain(key);
    expect(person.warnings).toEqual([]);
  });

  it("the list is filtered and sorted without scripts", async () => {
    const gateway = await testGateway({ sample: true });
    const context = await browser().newContext({ javaScriptEnabled: false });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(gateway.gateway.url);
    await page.getByLabel("Member token").fill(gateway.gateway.adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Search by name").fill("preview");
    await page.getByLabel("Sort by").selectOption("Oldest first");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.getByRole("link", { name: "Active 2" }).waitFor();
    await page.locator("summary").first().click();
    await page.getByText("Pulumi revokes this key in a later update.").waitFor();
    await page.getByText("Replaced by").locator("..").getByRole("link").click();
    await page.getByRole("link", { name: "All 1" }).waitFor();
    await page.getByText("Provider ID in the stack state").waitFor();
  });

  it("the arrow keys read the values of a chart", async () => {
    const person = await Person.admin(browser(), await testGateway({ sample: true }));
    await person.chooseFromMenu("Production", "View usage");
    await person.page.getByRole("link", { name: "7 days" }).click();
    const bars = person.page.getByRole("listbox", { name: "Requests, per day" }).getByRole("option");
    await expect.poll(() => bars.count()).toBe(7);
    await person.page.getByRole("link", { name: "90 days" }).focus();
    await person.page.keyboard.press("Tab");
    const reading = person.page.locator(".reading:visible");
    expect(await reading.textContent()).toBe(await bars.last().getAttribute("aria-label"));
    await person.page.keyboard.press("ArrowLeft");
    expect(await reading.textContent()).toBe(await bars.nth(5).getAttribute("aria-label"));
    await person.page.keyboard.press("Home");
    await person.page.keyboard.press("ArrowLeft");
    expect(await reading.textContent()).toBe(await bars.first().getAttribute("aria-label"));
    await person.page.keyboard.press("Tab");
    expect(await person.page.locator(":focus").getAttribute("aria-label")).toMatch(/ input, .* output$/);
  });

  it.each([
    [1280, 800],
    [390, 844],
  ])("no page scrolls horizontally at %i pixels", async (width, height) => {
    const gateway = await testGateway({ sample: true });
    await gateway.call("POST", "/api-keys", { name: "x".repeat(200) });
    const person = await Person.admin(browser(), gateway);
    await person.page.setViewportSize({ width, height });
    const overflow = () => person.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(await overflow()).toBeLessThanOrEqual(0);
    await person.page.getByRole("link", { name: "Activity" }).click();
    await person.heading("Activity").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await person.page.getByRole("link", { name: "x".repeat(200) }).click();
    await person.heading(`Usage of ${"x".repeat(200)}`).waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
  });

  it("on a phone, the header is one line, a key needs at most 96 pixels, and each control is at least 44 pixels high", async () => {
    const gateway = await testGateway({ sample: true });
    await gateway.call("POST", "/api-keys", { name: "a long name of a key ".repeat(9) });
    const person = await Person.admin(browser(), gateway);
    await person.page.setViewportSize({ width: 390, height: 844 });
    const boxes = async (selector: string) => {
      const visible = await person.page.locator(selector).filter({ visible: true }).all();
      return Promise.all(visible.map((element) => element.boundingBox()));
    };
    const heights = async (selector: string) => (await boxes(selector)).map((box) => box?.height ?? 0);
    expect(Math.max(...(await heights(".top")))).toBeLessThanOrEqual(60);
    const rows = await heights("tr.key");
    expect(rows.length).toBe(17);
    expect(Math.max(...rows)).toBeLessThanOrEqual(96);
    const controls = "button, summary, select, input, a:not(.skip, p a)";
    expect(Math.min(...(await heights(controls)))).toBeGreaterThanOrEqual(44);
    const [value, copy] = [await boxes(".value code"), await boxes(".value > button")];
    expect(copy[0]?.y).toBeLessThan((value[0]?.y ?? 0) + (value[0]?.height ?? 0));
    await person.chooseFromMenu("Production", "View usage");
    await person.heading("Usage of Production").waitFor();
    expect(Math.min(...(await heights(controls)))).toBeGreaterThanOrEqual(44);
  });
});
