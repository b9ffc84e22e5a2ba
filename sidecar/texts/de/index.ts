/** What the command line says in German, by the English sentence. Loaded only where German is read. */
import type { Translation } from "../../../shared/remedy.ts";
import { BROWSER } from "./browser.ts";
import { CHAT } from "./chat.ts";
import { CLI } from "./cli.ts";
import { CRON } from "./cron.ts";
import { HOST } from "./host.ts";
import { MODELS } from "./models.ts";
import { SETUP } from "./setup.ts";
import { SKILLS } from "./skills.ts";

export const DE: Translation = {
  ...CLI,
  ...CHAT,
  ...MODELS,
  ...SKILLS,
  ...SETUP,
  ...CRON,
  ...BROWSER,
  ...HOST,
};
