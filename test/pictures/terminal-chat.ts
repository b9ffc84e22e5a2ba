/** `npm run picture`: the picture of a chat in the terminal for the guide, taken of the built program with a gateway of its own. */
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { startGatewayProcess } from "../helpers/gateway/gateway-process.ts";
import { createTempHome } from "../helpers/home/temp-home.ts";
import { LAUNCHER } from "../helpers/process/clawdbot.ts";
import { openTerminal } from "../helpers/process/terminal.ts";
import { findProgram } from "../helpers/run/desktop-needs.ts";
import { screenPage } from "./screen-page.ts";

const PICTURE = fileURLToPath(new URL("../../assets/docs/terminal-chat.png", import.meta.url));
const COLUMNS = 78;

const home = createTempHome();
const gateway = await startGatewayProcess(home);
const terminal = openTerminal([process.execPath, LAUNCHER, "chat"], {
  env: home.env(),
  columns: COLUMNS,
  rows: 20,
});
try {
  await terminal.waitFor(/^❯ ?$/m);
  terminal.type("Good morning! Is anybody at home?");
  terminal.press("Enter");
  await terminal.waitFor(/\]\n\nGood morning! Is anybody at home\?\n\n❯ ?$/);
  terminal.type("/");
  terminal.press("Tab");
  await terminal.waitFor(/^ {2}\/keys/m);
  const page = screenPage(terminal.colouredText(), { columns: COLUMNS, title: "clawdbot chat" });
  const executablePath = findProgram("chromium", "chromium-browser", "google-chrome");
  const browser = await chromium.launch({
    args: ["--no-sandbox"],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  const view = await browser.newPage();
  await view.setContent(page);
  await view.locator("body").screenshot({ path: PICTURE });
  await browser.close();
  console.log(PICTURE);
} finally {
  terminal.close();
  await gateway.process.stop();
  home.dispose();
}
