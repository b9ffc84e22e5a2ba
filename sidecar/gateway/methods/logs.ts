/** `logs.tail`: a window at the end of the log file, or what came since the caller's cursor. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { errorText, systemCode, UnavailableError } from "../../../shared/errors.ts";
import { noFile } from "../../../shared/node/small-file.ts";
import { logsMethods } from "../../../shared/protocol/methods/logs.ts";
import { implement, type Method } from "../rpc/implement.ts";

const DEFAULT_LIMIT = 500;
const DEFAULT_MAX_BYTES = 250_000;
const NEWLINE = 0x0a;

export function logsHandlers(file: string): Method[] {
  return implement(logsMethods, {
    "logs.tail": async ({ cursor, limit = DEFAULT_LIMIT, maxBytes = DEFAULT_MAX_BYTES }) => {
      try {
        return await tail(file, { cursor, limit, maxBytes });
      } catch (error) {
        if (systemCode(error) === "ENOENT") {
          return { file, cursor: 0, size: 0, lines: [], truncated: false, reset: false };
        }
        throw new UnavailableError("LOG_UNREADABLE", `log read failed: ${errorText(error)}`, {
          cause: error,
        });
      }
    },
  });
}

interface Window {
  cursor: number | undefined;
  limit: number;
  maxBytes: number;
}

async function tail(file: string, { cursor, limit, maxBytes }: Window) {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await handle.stat();
    const failure = noFile(status);
    if (failure !== undefined) throw new Error(failure.reason);
    const { size } = status;
    const reset = cursor !== undefined && (cursor > size || size - cursor > maxBytes);
    const start = cursor === undefined || reset ? Math.max(0, size - maxBytes) : cursor;
    const truncated = cursor === undefined ? size > maxBytes : reset && start > 0;
    // One byte more to the left tells whether the window starts at the beginning of a line.
    const from = Math.max(0, start - 1);
    const buffer = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    let text = buffer.subarray(start - from, bytesRead).toString("utf8");
    if (start > 0 && buffer[0] !== NEWLINE) text = text.slice(text.indexOf("\n") + 1 || text.length);
    const lines = text.split("\n").filter((line) => line !== "");
    return { file, cursor: size, size, lines: lines.slice(-limit), truncated, reset };
  } finally {
    await handle.close();
  }
}
