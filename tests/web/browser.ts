// The browser of the tests and of the pictures.

import {createRequire} from "node:module";
import {chromium, type Browser, type BrowserContext} from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export const launch = (): Promise<Browser> => chromium.launch({
  executablePath: process.env["RINGSPAN_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});

/** Init scripts come by the debugger, so that the page's strict policy holds for the page alone. */
export async function newContext(browser: Browser): Promise<BrowserContext> {
  const made = await browser.newContext({viewport: {width: 1280, height: 900}});
  await made.addInitScript({path: AXE});
  return made;
}
