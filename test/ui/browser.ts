// Chromium for tests, Debian's through playwright-core: `describeInBrowser` skips where there is none, unless
// TSPARK_TEST_NO_SKIP=1 asks for a failure. TSPARK_SCREENSHOTS=DIR keeps a picture of each page that is checked.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where a package of Debian, of another distribution or of macOS puts it. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** What the tests of one file share. */
export interface BrowserFixture {
  browser: Browser;
}

/** A suite with a browser of its own, started before it and closed after it. */
export function describeInBrowser(name: string, suite: (fixture: BrowserFixture) => void): void {
  describe(name, () => {
    const executablePath = PLACES.find(existsSync);
    if (executablePath === undefined) {
      const why = `Chromium is not installed (looked for ${PLACES.join(", ")})`;
      it(name, { skip: process.env["TSPARK_TEST_NO_SKIP"] === "1" ? false : why }, () => {
        throw new Error(why);
      });
      return;
    }
    const fixture = {} as BrowserFixture;
    before(async () => {
      fixture.browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    });
    after(() => fixture.browser?.close());
    suite(fixture);
  });
}

/** How a page is looked at: by a desktop or a phone, by day or by night; and the rules that are new for that look. */
export const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 }, rules: undefined },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 }, rules: ["color-contrast"] },
  {
    name: "phone",
    colorScheme: "light",
    viewport: { width: 390, height: 844 },
    rules: ["target-size", "meta-viewport"],
  },
] as const;

export type Look = (typeof LOOKS)[number];

/** A window with that look. */
export async function openWindow(browser: Browser, { colorScheme, viewport }: Look): Promise<Page> {
  return (await browser.newContext({ colorScheme, viewport })).newPage();
}

/** Opens a page, waits until it is live, and holds it to what each page must be. */
export async function checkPage(page: Page, url: string, look: Look, picture: string): Promise<void> {
  const complaints = complaintsOf(page);
  assert.equal((await page.goto(url))?.status(), 200, url);
  await page.locator("#live-state[data-state=live]").waitFor();
  await saveScreenshot(page, `${picture}-${look.name}`);
  assert.deepEqual(await axe(page, look.rules), [], `${url} (${look.name})`);
  const [wanted, width] = (await page.evaluate(
    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
  )) as [number, number];
  assert.ok(wanted <= width, `${url} is ${wanted} wide on ${width} (${look.name})`);
  assert.deepEqual(complaints, [], url);
  page.removeAllListeners();
}

/** What the browser has to say against a page: errors of scripts, what the content security policy refused. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", error => complaints.push(String(error)));
  page.on("console", message => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("request", request => {
    if (!/^http:\/\/(localhost|127\.0\.0\.1):/.test(request.url())) complaints.push(`asks ${request.url()}`);
  });
  return complaints;
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong with a page, one line each. @param rules those alone; all of its own by default */
export async function axe(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated from outside, so the page's own policy stays as strict as it is.
  await page.evaluate(axeSource);
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResult;
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 200)}`));
}

export async function saveScreenshot(page: Page, name: string): Promise<void> {
  const dir = process.env["TSPARK_SCREENSHOTS"];
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  const { width, height } = page.viewportSize()!;
  // Long tables are cut off.
  const clip = { x: 0, y: 0, width, height: 2 * height };
  await page.screenshot({ path: path.join(dir, `${name}.png`), fullPage: true, clip });
}
