/** `npm run soak`: what is repeated by the hundred, with its full counts. */
import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

process.env.CLAWDBOT_SOAK = "1";

export default defineConfig(config, { grep: /@soak/, timeout: 30 * 60_000 });
