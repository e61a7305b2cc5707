// A desk for the browser tests: the server over the shipped corpus with an index of its own, and a real browser.
//
// The index lies in a folder, or on the cluster whose nodes DOSSIER_TEST_ENGINE names (http://HOST:PORT,...), under a name of
// its own; it goes when the desk is closed. The tests are the same.
//
// May not wait for a length of time: Playwright polls. Every page that is opened here is watched, and the test fails
// if its console had an error, which is also where a browser reports what the content policy forbids.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const project = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** How long a server may take to build its index and answer, in milliseconds. */
const START_MILLISECONDS = process.env.DOSSIER_TEST_ENGINE ? 180_000 : 60_000;
/** How long a page may take to show what it should, in milliseconds. */
const WAIT_MILLISECONDS = 30_000;
const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
const BROWSER_ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The settings under which the main ways through the pages are tried: each pair of two values stands in one. */
export const SETTINGS = [
  { width: 1280, scripts: true, scheme: "light" },
  { width: 390, scripts: false, scheme: "light" },
  { width: 1280, scripts: false, scheme: "dark" },
  { width: 390, scripts: true, scheme: "dark" },
];
/** Both widths, with and without JavaScript: for ways that cannot differ otherwise. */
export const WIDTHS = SETTINGS.slice(0, 2);

/** A setting in words, for the name of a test. */
export function inWords({ width, scripts, scheme }) {
  return `${width} px, JavaScript ${scripts ? "on" : "off"}, ${scheme}`;
}

function found(name) {
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function browserPath() {
  const path = BROWSERS.map(found).find(Boolean);
  assert.ok(path, `no browser: none of ${BROWSERS.join(", ")} is on the PATH (tests/run installs chromium)`);
  return path;
}

/** Where an index of a desk lies, as flags: in its folder, or on the cluster under the folder's name. */
function place(folder) {
  const cluster = process.env.DOSSIER_TEST_ENGINE;
  return cluster ? ["--engine", `${cluster}/${nameOn(folder)}`] : ["--index", join(folder, "index")];
}

/** A name that no other desk has; a cluster takes small letters alone. */
function nameOn(folder) {
  return `browser-${basename(folder).toLowerCase().replaceAll(/[^a-z0-9]/g, "")}-${process.pid}`;
}

/** Takes away what a desk kept on the cluster. */
async function leaveCluster(folder) {
  const first = process.env.DOSSIER_TEST_ENGINE.split(",")[0];
  const reply = await fetch(`${first}/${nameOn(folder)}*?expand_wildcards=all`, { method: "DELETE" });
  assert.ok(reply.ok, `the cluster keeps the index: ${await reply.text()}`);
}

/** The binary with one of its commands, over a corpus and an index. */
function start(command, corpus, index) {
  const binary = process.env.TESTED_BINARY ?? join(project, "target", "debug", "dossier");
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("DOSSIER_"));
  const folders = ["--corpus", corpus, ...index];
  const options = { cwd: project, env: Object.fromEntries(environment), stdio: ["ignore", "pipe", "pipe"] };
  return { binary, process: spawn(binary, [...command, ...folders], options) };
}

/** Starts the server and resolves to its process and the address that it prints. */
async function startServer(corpus, index) {
  const { binary, process: server } = start(["serve", "--listen", "127.0.0.1:0"], corpus, index);
  let errors = "";
  server.stderr.on("data", (text) => (errors += text));
  const address = await new Promise((resolve, reject) => {
    const late = globalThis.setTimeout(() => reject(new Error(`the server gave no address\n${errors}`)), START_MILLISECONDS);
    server.on("error", (error) => reject(new Error(`cannot run ${binary} (cargo build makes it): ${error.message}`)));
    server.on("exit", (code) => reject(new Error(`the server ended with ${code}\n${errors}`)));
    createInterface({ input: server.stdout }).on("line", (line) => {
      const printed = line.match(/http:\/\/[^ ]*\//);
      if (printed) {
        clearTimeout(late);
        resolve(printed[0].replace(/\/$/, ""));
      }
    });
  }).catch((error) => {
    server.kill("SIGKILL");
    throw error;
  });
  server.removeAllListeners("exit");
  return { server, address };
}

/** The server, the browser, and pages in any setting. */
export class Desk {
  /** Over the shipped corpus, with `articles` (texts by file name) beside it if there are any. */
  static async open(articles = {}) {
    const desk = new Desk();
    desk.folder = mkdtempSync(join(tmpdir(), "dossier-browser-"));
    desk.corpus = join(project, "corpus");
    try {
      if (Object.keys(articles).length > 0) {
        desk.corpus = join(desk.folder, "corpus");
        cpSync(join(project, "corpus"), desk.corpus, { recursive: true });
        desk.write(articles);
      }
      desk.browser = await chromium.launch({ executablePath: browserPath(), args: BROWSER_ARGUMENTS });
      Object.assign(desk, await startServer(desk.corpus, place(desk.folder)));
    } catch (error) {
      await desk.close();
      throw error;
    }
    return desk;
  }

  /** Puts articles into a corpus of the desk's own. */
  write(articles) {
    mkdirSync(join(this.corpus, "more"), { recursive: true });
    for (const [name, text] of Object.entries(articles)) {
      writeFileSync(join(this.corpus, "more", name), text);
    }
  }

  /** Indexes what was written and waits until the server answers from it. */
  async index() {
    const before = (await this.search({ size: 0 })).generation;
    const { process: run } = start(["index"], this.corpus, place(this.folder));
    run.stdout.resume();
    run.stderr.resume();
    const code = await new Promise((resolve) => run.on("exit", resolve));
    assert.equal(code, 0, "the index could not be made");
    const isLive = async () => (await this.search({ size: 0 })).generation !== before;
    await eventually(isLive, "the server does not follow the new generation");
  }

  /** Stops everything. A server that was told to stop ends with 0. */
  async close() {
    await this.browser?.close();
    if (this.server) {
      const ended = new Promise((resolve) => this.server.on("exit", (code, signal) => resolve(signal ?? code)));
      this.server.kill("SIGTERM");
      const outcome = await ended;
      if (process.env.DOSSIER_TEST_ENGINE) {
        await leaveCluster(this.folder);
      }
      rmSync(this.folder, { recursive: true, force: true });
      assert.equal(outcome, 0, "the server did not stop in good order");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * Opens `path`, hands the page to `work`, and fails if the console had an error meanwhile. A browser reports a page
   * that is itself an answer with an error status; such statuses are named in `refusals`.
   */
  async visit(path, setting, work, refusals = []) {
    const { width, scripts = true, scheme = "light", height = 900 } = setting;
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      javaScriptEnabled: scripts,
      reducedMotion: "reduce",
      baseURL: this.address,
    });
    try {
      context.setDefaultTimeout(WAIT_MILLISECONDS);
      const errors = [];
      const refused = new Set();
      const elsewhere = [];
      context.on("request", (request) => {
        if (!request.url().startsWith(`${this.address}/`) && !request.url().startsWith("data:")) {
          elsewhere.push(request.url());
        }
      });
      context.on("response", (reply) => {
        if (reply.request().isNavigationRequest() && refusals.includes(reply.status())) {
          refused.add(reply.url());
        }
      });
      context.on("console", (message) => {
        if (message.type() === "error") {
          errors.push({ text: message.text(), url: message.location().url });
        }
      });
      context.on("weberror", (error) => errors.push({ text: String(error.error()), url: "" }));
      const page = await context.newPage();
      await page.goto(path);
      await work(page);
      const unexpected = errors.filter(({ url }) => !refused.has(url.split("#")[0]));
      assert.deepEqual(elsewhere, [], "a page asks somebody else");
      assert.deepEqual(unexpected, [], `errors in the console: ${JSON.stringify(unexpected)}`);
    } finally {
      await context.close();
    }
  }

  /** What the API answers; the pages are held against it. */
  async search(parameters) {
    const reply = await fetch(`${this.address}/api/v1/search?${new URLSearchParams(parameters)}`);
    assert.equal(reply.status, 200, await reply.clone().text());
    return reply.json();
  }
}

/** Asks again and again until `check` holds: what a browser does after a page has loaded comes when it comes. */
export async function eventually(check, complaint) {
  const end = Date.now() + WAIT_MILLISECONDS;
  while (!(await check())) {
    assert.ok(Date.now() < end, complaint);
    await setTimeout(20);
  }
}

/** Waits until the cursor is in the search box of a fresh start page. */
export async function cursorInBox(page) {
  const isFocused = (box) => box === document.activeElement;
  await eventually(() => page.locator("#q").evaluate(isFocused), "the cursor is not in the search box");
}

/** The number of articles that the search page says it found. */
export async function total(page) {
  const text = await page.locator(".count").innerText();
  return text.startsWith("No ") ? 0 : Number(text.replaceAll(",", "").match(/\d+/)[0]);
}

/** The links of the hits on the page, in order. */
export async function hitLinks(page) {
  return page.locator(".hits h2 a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
}

/** The ids of the articles on the page, in order. */
export async function hitIds(page) {
  return (await hitLinks(page)).map((link) => decodeURIComponent(link.split("/")[2].split(/[?#]/)[0]));
}

/** Shows the filters, which are folded away on a narrow screen. */
export async function openFilters(page) {
  const summary = page.locator(".filters > summary");
  const isFolded = await summary.evaluate(({ parentElement }) => !parentElement.open);
  if (isFolded && (await summary.isVisible())) {
    await summary.click();
  }
}

/** Applies what was ticked or typed among the filters; with scripts that is done already. */
export async function apply(page, { scripts = true }) {
  if (!scripts) {
    await page.getByRole("button", { name: "Apply filters" }).click();
  } else {
    // What is typed counts when the field is left.
    await page.evaluate(() => document.activeElement.blur());
  }
}

/** The checkbox of a value, with everything above it unfolded. */
export async function value(page, dimension, path) {
  const box = page.locator(`input[name="${dimension}"][value="${path}"]`);
  const facet = page.locator("details.facet", { has: box });
  for (const folded of [facet, facet.locator("li > details", { has: box })]) {
    for (const details of await folded.all()) {
      if (!(await details.evaluate((element) => element.open))) {
        await details.locator("> summary").click();
      }
    }
  }
  return box;
}

/** The count beside a checkbox. */
export async function countBeside(box) {
  const text = await box.locator("xpath=..").locator(".number").innerText();
  return Number(text.replaceAll(",", "").match(/\d+/)[0]);
}
