// The page in a browser, against real controllers. See page.sh for what it needs.

import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import type {Browser, BrowserContext, Page, WebSocketRoute} from "playwright-core";
import type {Comparison, Plan, Status, Topology} from "../src/documents";
import {launch, newContext} from "./browser";
import {kill, ringspan, start, stop} from "./controllers";

const LINK = process.env["RINGSPAN_PAGE_URL"] ?? "";
const READER_LINK = process.env["RINGSPAN_PAGE_READER_URL"] ?? "";
const ORIGIN = new URL(LINK).origin;
const VICTIM = "singapore-2";
const TURN = 5000; // milliseconds within which a death must be seen
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];
const foreign: string[] = [];

/** The feed goes through here, so that a test can cut it. */
const feed = {cut: false, open: [] as WebSocketRoute[]};

before(async () => {
  browser = await launch();
  context = await newContext(browser);
  page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(ORIGIN) && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  await page.routeWebSocket("**/api/feed*", (socket) => {
    if (feed.cut) return void socket.close();
    socket.connectToServer();
    feed.open.push(socket);
  });
  await page.goto(LINK);
  await page.locator(".contact.live").waitFor();
});

after(async () => {
  await browser?.close();
  await stop();
});

const ask = async <T>(path: string): Promise<T> => (await context.request.get(ORIGIN + path)).json() as Promise<T>;

async function post(path: string, data: object): Promise<void> {
  const answer = await context.request.post(ORIGIN + path, {data, headers: {origin: ORIGIN}});
  assert.ok(answer.ok(), await answer.text());
}

const sentence = (words: string | RegExp, timeout = 30_000) =>
  page.locator(".sentence .words").filter({hasText: words}).waitFor({timeout});
const stateOf = (controller: string) =>
  page.getByRole("region", {name: /^Controllers/}).getByRole("row").filter({hasText: controller}).locator(".state");
const controllerButtons = () => page.getByRole("region", {name: /^Controllers/}).locator("button.row");
const connectionButtons = () => page.getByRole("region", {name: /^Connections/}).locator("button.row");

async function faults(on: Page): Promise<string[]> {
  return on.evaluate(async (tags) => {
    const axe = (window as unknown as {axe: {run(where: Document, how: object): Promise<{
      violations: {id: string; impact: string; nodes: {html: string}[]}[];
    }>}}).axe;
    const {violations} = await axe.run(document, {runOnly: tags});
    return violations.map((fault) => `${fault.impact} ${fault.id}: ${fault.nodes.map((node) => node.html).join(" ").slice(0, 300)}`);
  }, RULES);
}

test("the link signs in, and its code leaves the address", async () => {
  assert.equal(await page.evaluate(() => location.hash), "");
  assert.match(await page.locator(".person").innerText(), /operator|admin/);
});

test("all six are in step, and each says so in words", async () => {
  await sentence("All 6 controllers in step.");
  const rows = page.getByRole("region", {name: /^Controllers/}).locator("tbody .state");
  assert.deepEqual(await rows.allInnerTexts(), Array(6).fill("in step"));
});

test("the sentence is that of the status", async () => {
  // A change may fall between the two questions.
  let shown = "";
  let said = "";
  for (let tries = 0; tries < 20; ++tries) {
    said = (await ask<Status>("/api/status")).summary;
    shown = await page.locator(".sentence .words").innerText();
    if (shown === said) return;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.equal(shown, said);
});

test("the table has all controllers", async () => {
  const {forest} = await ask<Topology>("/api/topology");
  assert.deepEqual((await controllerButtons().allInnerTexts()).sort(),
    (forest.controllers ?? []).map((controller) => controller.name).sort());
});

test("the panel of a connection has the plan's reason and the status' numbers", async () => {
  const {plan} = await ask<{plan: Plan}>("/api/topology");
  const planned = plan.connections[0]!;
  await page.getByRole("button", {name: `${planned.destination} from ${planned.source}`, exact: true}).first().click();
  const panel = page.getByRole("region", {name: "Details"});
  const text = await panel.innerText();
  for (const word of [planned.rule, planned.interval, planned.schedule, ...planned.path]) assert.ok(text.includes(word), word);
  const status = await ask<Status>("/api/status");
  const pulls = status.connections.filter((pull) => pull.destination === planned.destination && pull.source === planned.source);
  assert.equal(await panel.locator("tbody tr").count(), pulls.length);
});

test("the forest's panel says what the plan survives, what would mend it, and what it costs", async () => {
  await page.getByRole("region", {name: "Details"}).getByRole("button", {name: "Close"}).click();
  const {plan} = await ask<{plan: Plan}>("/api/topology");
  const {losses, cuts, standby_cost, traffic} = plan.certificate!;
  assert.deepEqual(cuts, [], "three sites in a ring survive any one loss");
  const worth = page.getByRole("region", {name: "What the plan is worth"});
  await worth.getByText(`any one loss: all ${losses} controllers, links and sites were tried`).waitFor();
  await worth.getByText(`${standby_cost} of cost between sites`).waitFor();
  assert.deepEqual((await worth.locator("tbody th").allInnerTexts()).sort(), traffic.map((row) => row.link).sort());
});

/** Where the pointer would find something on the map. */
const pointing = (): Promise<{x: number; y: number}[]> => page.locator(".map canvas").evaluate((canvas) => {
  const {left, top, width, height} = canvas.getBoundingClientRect();
  const found: {x: number; y: number}[] = [];
  for (let y = top + 4; y < top + height; y += 9) {
    for (let x = left + 4; x < left + width; x += 9) {
      canvas.dispatchEvent(new MouseEvent("mousemove", {clientX: x, clientY: y}));
      if (canvas.classList.contains("pointing")) found.push({x, y});
    }
  }
  return found;
});

test("a click on a line of the map explains the connection: rule, path with costs, what hangs on it", async () => {
  await page.evaluate(() => window.scrollTo(0, 0));
  const {plan} = await ask<{plan: Plan}>("/api/topology");
  const panel = page.getByRole("region", {name: "Details"});
  const primary = (title: string) => plan.connections.find((one) =>
    !one.standby && one.rule === "site_tree" && title.includes(`${one.destination} from ${one.source}`));
  let shown: Plan["connections"][number] | undefined;
  for (const {x, y} of await pointing()) {
    await page.mouse.click(x, y);
    shown = primary(await panel.getByRole("heading", {level: 2}).textContent() ?? "");
    if (shown) break;
  }
  assert.ok(shown, "no line of the tree between sites was found on the map");
  const why = page.getByRole("region", {name: "Why it is there"});
  await why.getByText(`${shown.rule}: the least-cost tree joins ${shown.source_site} and ${shown.destination_site}`).waitFor();
  const words = await why.innerText();
  for (const link of shown.path) assert.match(words, new RegExp(`${link} \\(\\d+\\)`));
  assert.match(words, /Runner-up\s.+, cost \d+: \d+ more/);
  assert.match(words, /Without it\s(nobody is cut off|nothing comes to)/);
});

test("a change is tried on paper: what goes is listed and drawn, the command is told, and there is a way back", async () => {
  await page.getByRole("button", {name: "Topology"}).click();
  const canvas = page.locator(".map canvas");
  const drawn = () => canvas.evaluate(async (one) => {
    await new Promise(requestAnimationFrame); // the canvas draws one frame after the state
    await new Promise(requestAnimationFrame);
    return (one as HTMLCanvasElement).toDataURL();
  });
  await page.getByRole("button", {name: "What if"}).click();
  await page.mouse.move(0, 0);
  const present = await drawn();
  const before = await ask<Topology>("/api/topology");
  const away = page.getByRole("form", {name: "Without site link"});
  await away.getByLabel("Without site link").selectOption("oslo-nuuk");
  await away.getByRole("button", {name: "Take away"}).click();
  const list = page.getByRole("list", {name: "Connections that change"});
  await list.getByText("removed").first().waitFor();
  const answer = await context.request.post(`${ORIGIN}/api/what_if`, {data: {without_links: ["oslo-nuuk"]}, headers: {origin: ORIGIN}});
  const said = (await answer.json() as Comparison).connections;
  const pairs = (all: {destination: string; source: string}[]) => all.map((one) => `${one.destination} from ${one.source}`).sort();
  assert.deepEqual((await list.getByRole("button").allInnerTexts()).sort(),
    [...new Set(pairs([...said.removed, ...said.added, ...said.changed]))].sort());
  await page.getByRole("status").filter({hasText: "Nobody would be cut off."}).waitFor();
  assert.notEqual(await drawn(), present);
  await page.getByRole("list", {name: "What the lines mean"}).getByText("removed").waitFor();
  assert.equal(await page.locator(".command code").innerText(), "ringspan what-if --live --without-link oslo-nuuk");
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({colorScheme});
    assert.deepEqual(await faults(page), []);
  }
  assert.deepEqual(await ask<Topology>("/api/topology"), before, "nothing was applied");

  await page.locator(".trial-bar").getByRole("button", {name: "Back to the present plan"}).click();
  await page.getByRole("list", {name: "What the shapes mean"}).waitFor();
  assert.equal(await list.count(), 0);
  await page.mouse.move(0, 0);
  assert.equal(await drawn(), present);
});

test("who would be cut off stands first, and a change that cannot be is told beside it", async () => {
  const {forest} = await ask<Topology>("/api/topology");
  const links = (forest.links ?? []).filter((link) => link.sites.includes("nuuk")).map((link) => link.name ?? link.sites.join("-"));
  for (const link of links) { // by keyboard alone
    const choice = page.getByRole("form", {name: "Without site link"}).getByRole("combobox");
    await choice.focus();
    await page.keyboard.type(link);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("button", {name: `Take back: without link ${link}`}).waitFor();
  }
  const difference = page.getByRole("region", {name: "The difference"});
  await difference.getByRole("heading", {name: "2 controllers cut off"}).waitFor();
  assert.deepEqual((await difference.locator("ul").first().locator("strong").allInnerTexts()).sort(), ["nuuk-1", "nuuk-2"]);
  assert.equal(await difference.locator("h3").first().innerText(), "2 controllers cut off");
  await page.getByRole("list", {name: "What the lines mean"}).getByText("cut off").waitFor();

  const link = page.getByRole("form", {name: "Add a link"});
  await link.getByLabel("From site").selectOption("oslo");
  await link.getByLabel("to site").selectOption("oslo");
  await link.getByLabel("at cost").fill("7");
  await link.getByRole("button").click();
  await page.getByRole("alert").filter({hasText: "1 change cannot be tried."}).waitFor();
  for (const complaint of complaints.splice(0)) assert.match(complaint, /status of 400/); // the browser's own word
  await page.getByRole("listitem").filter({hasText: "oslo,oslo,7: a link joins two different sites"}).getByRole("button").click();
  await difference.getByRole("heading", {name: "2 controllers cut off"}).waitFor();

  await page.setViewportSize({width: 375, height: 800});
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "wider than a telephone");
  assert.deepEqual(await faults(page), []);
  await page.setViewportSize({width: 1280, height: 900});
  await page.getByRole("region", {name: "What if"}).getByRole("button", {name: "Back to the present plan"}).click();
  await page.getByRole("button", {name: "Topology"}).click();
});

test("a table is one stop of the tab key; arrows move in it and Enter selects", async () => {
  const buttons = controllerButtons();
  const stops = await buttons.evaluateAll((all) => all.filter((one) => (one as HTMLElement).tabIndex === 0).length);
  assert.equal(stops, 1);
  await buttons.first().focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowDown");
  const name = await buttons.last().innerText();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), name);
  await page.keyboard.press("Enter");
  await page.getByRole("region", {name: "Details"}).getByRole("heading", {name}).waitFor();
});

test("a forced replication over one connection shows what came", async () => {
  await connectionButtons().first().click();
  await page.getByRole("button", {name: "Replicate now"}).click();
  const progress = page.locator(".progress");
  await progress.getByText(/^All 1 pull done: \d/).waitFor();
  assert.equal(await progress.locator("tbody tr").count(), 1);
  await progress.getByRole("button", {name: "Close"}).click();
});

test("a forced replication to everyone shows its progress hop by hop", async () => {
  await page.getByRole("button", {name: "oslo-1", exact: true}).first().click();
  await page.getByRole("button", {name: "Spread its changes now"}).click();
  const progress = page.locator(".progress");
  await progress.getByText(/^All 5 pulls done: \d/).waitFor();
  const reached = (await progress.locator("tbody th").allInnerTexts()).map((words) => words.split(" ")[0]!);
  assert.deepEqual(reached.sort(), ["nuuk-1", "nuuk-2", "oslo-2", "singapore-1", "singapore-2"]);
  assert.deepEqual([...new Set(await progress.locator(".state").allInnerTexts())], ["done"]);
  assert.equal(await progress.locator("progress").evaluate((bar) => (bar as HTMLProgressElement).value), 5);
  await progress.getByRole("button", {name: "Close"}).click();
});

test("a conflict shows both values with their writers, and what lost is restored", async () => {
  const alice = "cn=Åse Ødegård,ou=people";
  await post("/api/pause", {controller: "nuuk-1", direction: "both"});
  await ringspan("set", alice, "title=Captain", "--at", "oslo-1");
  await ringspan("set", alice, "title=Pilot", "--at", "nuuk-1");
  await post("/api/resume", {controller: "nuuk-1", direction: "both"});
  await ringspan("sync", "--all");
  await page.getByRole("button", {name: "Conflicts"}).click();
  const row = page.locator(".conflicts tbody tr").filter({hasText: "Ødegård"});
  await row.first().waitFor();
  const cells = await row.first().locator("td").allInnerTexts();
  const values = cells.slice(1, 3).map((words) => words.split("\n")[0]!);
  assert.deepEqual([...values].sort(), ["Captain", "Pilot"]);
  assert.ok(cells.slice(1, 3).some((words) => words.includes("nuuk-1 in nuuk")), cells.join());
  assert.deepEqual(await faults(page), []);

  await page.getByLabel("Kind").selectOption("link");
  await page.getByText("No write has overwritten another").waitFor();
  await page.getByLabel("Kind").selectOption("attribute");
  await page.getByLabel("Between site").selectOption("nuuk");
  await page.getByLabel("and site").selectOption("oslo");
  await row.getByRole("button").click();
  const details = page.getByRole("region", {name: "Conflict", exact: true});
  await details.getByText(`title becomes "${values[1]}"`).waitFor();
  assert.deepEqual(await faults(page), []);
  await details.getByRole("button", {name: "Restore what lost"}).click();
  await page.getByRole("status").filter({hasText: `title becomes "${values[1]}"; written at oslo-1`}).waitFor();
  const {attributes} = await ask<{attributes: {title: string[]}}>(`/api/objects?dn=${encodeURIComponent(alice)}`);
  assert.deepEqual(attributes.title, [values[1]]);

  await page.getByRole("button", {name: "Topology"}).click();
  await sentence("All 6 controllers in step.");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no fault in ${colorScheme}`, async () => {
    await page.emulateMedia({colorScheme});
    await controllerButtons().first().click();
    assert.deepEqual(await faults(page), []);
    await connectionButtons().first().click();
    assert.deepEqual(await faults(page), []);
  });
}

test("at 900 pixels nothing is wider than the window", async () => {
  await page.setViewportSize({width: 900, height: 800});
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  await page.setViewportSize({width: 1280, height: 900});
});

test("a killed controller is named within five seconds, in both colour schemes, and its return is seen", async () => {
  kill(VICTIM);
  await sentence(new RegExp(`^${VICTIM} cannot be asked: `), TURN);
  assert.equal(await stateOf(VICTIM).innerText(), "silent");
  await page.getByRole("button", {name: VICTIM, exact: true}).first().click();
  assert.equal(await page.locator(".force").count(), 0, "it cannot be told to pull");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({colorScheme});
    assert.deepEqual(await faults(page), []);
  }
  await start(VICTIM);
  await sentence("All 6 controllers in step.");
  await stateOf(VICTIM).filter({hasText: "in step"}).waitFor();
});

test("nothing was complained of, and nobody else was asked", () => {
  assert.deepEqual(complaints, []);
  assert.deepEqual(foreign, []);
});

test("without contact nothing stays green, and the return is seen", async () => {
  feed.cut = true;
  for (const socket of feed.open.splice(0)) void socket.close();
  await page.locator(".contact.lost").waitFor();
  assert.match(await page.locator(".sentence .words").innerText(), /is silent/);
  const words = await page.locator(".list .state").allInnerTexts();
  assert.deepEqual([...new Set(words.map((word) => word.replace(/, (standby|took over)$/, "")))], ["unknown"]);
  assert.equal(await page.locator(".force:enabled").count(), 0);
  assert.deepEqual(await faults(page), []);
  feed.cut = false;
  await page.locator(".contact.live").waitFor();
});

test("without a code there is a way to sign in", async () => {
  const other = await newContext(browser);
  const stranger = await other.newPage();
  await stranger.goto(ORIGIN);
  await stranger.getByLabel("Code or link").fill("wrong");
  await stranger.getByRole("button", {name: "Sign in"}).click();
  await stranger.getByRole("alert").filter({hasText: /\w/}).waitFor();
  assert.deepEqual(await faults(stranger), []);
  await other.close();
});

test("a reader sees no button that would be refused", async () => {
  const other = await newContext(browser);
  const reader = await other.newPage();
  await reader.goto(READER_LINK);
  await reader.locator(".contact.live").waitFor();
  for (const name of [/^Controllers/, /^Connections/]) {
    await reader.getByRole("region", {name}).locator("button.row").first().click();
    assert.equal(await reader.locator(".force").count(), 0);
  }
  await reader.getByRole("button", {name: "Conflicts"}).click();
  await reader.locator(".conflicts tbody button").first().click();
  await reader.getByRole("region", {name: "Conflict", exact: true}).waitFor();
  assert.equal(await reader.locator(".force").count(), 0);
  await other.close();
});
