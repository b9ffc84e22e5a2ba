/** The configuration of somebody who has none: a local gateway on loopback with a token of its own. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { ConfigReading } from "../../../shared/node/config-source.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import { changeConfigFile } from "./config-file.ts";

/** Bytes of randomness in a generated token. */
const TOKEN_BYTES = 24;

/** Writes the first configuration. False when there is a file already, which is left alone. Fails with `STATE_UNWRITABLE`. */
export async function writeFirstConfig(paths: Paths, nowMs: number): Promise<boolean> {
  if (existsSync(paths.configFile)) return false;
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  const gateway = { mode: "local", bind: "loopback", auth: { mode: "token", token } };
  const create = (reading: ConfigReading) => (reading.state === "missing" ? { gateway } : undefined);
  return changeConfigFile(paths.configFile, create, nowMs);
}
