import assert from "node:assert/strict";
import { it } from "node:test";
import { setLogSink } from "../../src/core/log/logger.js";
import { complaintsOf, describeInBrowser, LOOKS, openWindow } from "./browser.js";
import { askJson, startContext } from "./harness.js";

describeInBrowser("buttons in a browser", fixture => {
  it("cancel ends a running job, once it is confirmed; pause holds the page, and the keyboard reaches both", async () => {
    const undo = setLogSink(() => {});
    const sc = await startContext();
    try {
      const forever = sc.parallelize([1]).mapAsync(() => new Promise<number>(() => {}));
      const ended = assert.rejects(forever.collect(), /Job 0 cancelled by the button of the status page/);
      const page = await openWindow(fixture.browser, LOOKS[0]);
      const complaints = complaintsOf(page);
      await page.goto(`${sc.uiWebUrl}/jobs/`);
      await page.locator("#active").waitFor();
      const answers = [false, true];
      page.on("dialog", dialog => {
        assert.equal(dialog.message(), "Cancel job 0?");
        return answers.shift() ? dialog.accept() : dialog.dismiss();
      });
      const cancel = page.getByRole("button", { name: "Cancel job 0" });
      await cancel.click();
      const [running] = await askJson<{ status: string }[]>(sc, "/jobs");
      assert.equal(running!.status, "RUNNING");
      await cancel.focus();
      await page.keyboard.press("Enter");
      await page.locator("#failed").waitFor();
      assert.equal(new URL(page.url()).pathname, "/jobs/");
      await ended;

      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate("document.activeElement.textContent"), "Skip to content");
      await page.locator("#live-state[data-state=live]").waitFor();
      await page.getByRole("button", { name: "Pause updates" }).press("Enter");
      await page.getByText("Paused").waitFor();
      await sc.parallelize([1]).setName("unseen").count();
      assert.equal(await page.locator("#completed").count(), 0);
      await page.getByRole("button", { name: "Pause updates" }).press("Enter");
      await page.locator("#completed").waitFor();
      assert.deepEqual(complaints, []);
      await page.context().close();
    } finally {
      await sc.stop();
      undo();
    }
  });
});
