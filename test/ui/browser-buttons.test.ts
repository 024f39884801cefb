import assert from "node:assert/strict";
import { it } from "node:test";
import { Seconds, StreamingContext } from "tspark";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { axe, complaintsOf, describeInBrowser, LOOKS, openWindow } from "./browser.js";
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

  it("the streams are paused and resumed by keyboard; the page says so without being loaded again", async () => {
    const undo = setLogSink(() => {});
    const sc = await startContext();
    try {
      const clock = new ManualClock(Date.UTC(2026, 0, 1));
      const ssc = new StreamingContext(sc, Seconds(1), { clock });
      let batches = 0;
      ssc.rateStream(5).foreachRDD(() => {
        batches++;
      });
      await ssc.start();
      await clock.advance(1000);
      const page = await openWindow(fixture.browser, LOOKS[0]);
      const complaints = complaintsOf(page);
      page.on("dialog", dialog => dialog.accept());
      await page.goto(`${sc.uiWebUrl}/streaming/`);
      await page.getByRole("button", { name: "Pause streams" }).press("Enter");
      await page.getByText("No batch begins since").waitFor();
      assert.equal(new URL(page.url()).pathname, "/streaming/");
      assert.deepEqual(await axe(page), []);
      await clock.advance(2000);
      assert.equal(batches, 1);
      await page.getByRole("button", { name: "Resume streams" }).press("Enter");
      await page.getByRole("button", { name: "Pause streams" }).waitFor();
      await clock.advance(1000);
      await page.locator("#summary", { hasText: "4 completed batches, 20 records" }).waitFor();
      // Someone else pauses them: the open page hears of it.
      ssc.pause();
      await page.getByText("No batch begins since").waitFor();
      assert.deepEqual(complaints, []);
      await page.context().close();
    } finally {
      await sc.stop();
      undo();
    }
  });
});
