import type { Command } from "./command.js";

export const last: Command = {
  name: "last",
  doc: "shows the last value in full",
  details: "At a terminal by a pager ($PAGER, else less), where it does not fit on the screen.",
  async run({ session, page }) {
    await page(session.display.whole(session.lastValue));
    return undefined;
  },
};
