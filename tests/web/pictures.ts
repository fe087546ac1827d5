// Pictures of the page for the documents: pictures.mjs FOLDER. docs/make-pictures.sh runs it.

import {join} from "node:path";
import type {Browser, Page} from "playwright-core";
import {launch} from "./browser";
import {kill, ringspan} from "./controllers";

const LINK = process.env["RINGSPAN_PAGE_URL"] ?? "";
const VICTIM = "singapore-2";

async function open(browser: Browser, colorScheme: "light" | "dark"): Promise<Page> {
  const context = await browser.newContext({viewport: {width: 1440, height: 960}, colorScheme});
  const page = await context.newPage();
  await page.goto(LINK);
  await page.locator(".contact.live").waitFor();
  return page;
}

const sentence = (page: Page, words: string) => page.locator(".sentence .words").filter({hasText: words}).waitFor();

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise(requestAnimationFrame); // the canvas draws one frame after the state
    await new Promise(requestAnimationFrame);
  });
  await page.screenshot({path: join(process.argv[2] ?? ".", name)});
}

/** Two offices change two people while nuuk-1 is by itself. */
async function disagree(): Promise<void> {
  const people = ["cn=Åse Ødegård,ou=people", "cn=Aarav Nair,ou=people"];
  await ringspan("pause", "nuuk-1", "both");
  for (const person of people) {
    await ringspan("set", person, "title=Captain", "--at", "oslo-1");
    await ringspan("set", person, "title=Pilot", "--at", "nuuk-1");
  }
  await ringspan("resume", "nuuk-1", "both");
  await ringspan("sync", "--all");
}

const browser = await launch();
try {
  const page = await open(browser, "light");
  await sentence(page, "All 6 controllers in step.");
  await page.getByRole("button", {name: /^nuuk-\d from oslo-\d$/}).first().click();
  await take(page, "page-light.png");
  await page.getByRole("button", {name: "What if"}).click();
  await page.getByRole("form", {name: "Without site link"}).getByRole("combobox").selectOption("oslo-nuuk");
  await page.getByRole("form", {name: "Without site link"}).getByRole("button").click();
  await page.getByRole("list", {name: "What the lines mean"}).waitFor();
  await take(page, "what-if.png");
  await page.getByRole("button", {name: "Topology"}).click();
  await disagree();
  await sentence(page, "All 6 controllers in step.");
  await page.getByRole("button", {name: "Conflicts"}).click();
  await page.locator(".conflicts tbody button").first().click();
  await page.getByRole("region", {name: "Conflict", exact: true}).waitFor();
  await take(page, "conflicts.png");
  await page.getByRole("button", {name: "Topology"}).click();
  kill(VICTIM);
  await page.emulateMedia({colorScheme: "dark"});
  await page.getByRole("button", {name: VICTIM, exact: true}).first().click();
  await sentence(page, `${VICTIM} cannot be asked`);
  await page.locator(".list .state").filter({hasText: "silent"}).first().waitFor();
  await take(page, "page-dark.png");
} finally {
  await browser.close();
}
