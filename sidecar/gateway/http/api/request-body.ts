/** Reads the JSON of a request, and no more of it than is allowed. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type * as z from "zod";
import { plainText } from "../../../../shared/errors.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { isDeeperThan } from "../../rpc/value-count.ts";
import { ApiError } from "./errors.ts";

/** Findings of a schema repeat names that the sender chose. */
const MAX_FINDING_CHARS = 400;
/** Schemas of tools are the deepest that anybody sends, and far below it. */
const MAX_DEPTH = 500;

/** The object that was sent. Fails with `ApiError` for anything else, and for more than `maxBytes`. */
export async function readJsonBody(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  maxBytes: number,
): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes === undefined) {
    // What is still on its way is not read: the connection ends with the answer.
    response.setHeader("Connection", "close");
    throw new ApiError(400, `The request is larger than ${maxBytes} bytes.`);
  }
  const value = parsed(bytes);
  if (!isRecord(value)) throw new ApiError(400, "The request must be a JSON object.");
  return value;
}

/** The value as the schema makes it. Fails with `ApiError` and the first finding. */
export function checkedBody<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const verdict = schema.safeParse(value);
  if (verdict.success) return verdict.data;
  const [issue] = verdict.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
  throw new ApiError(400, plainText(`${at}${issue?.message ?? "invalid request"}`, MAX_FINDING_CHARS));
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  return await new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      request.removeAllListeners("data");
      act();
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      request.pause();
      settle(() => resolve(undefined));
    });
    request.once("end", () => settle(() => resolve(Buffer.concat(chunks))));
    request.once("error", (error) => settle(() => reject(error)));
    request.once("close", () => settle(() => reject(new ApiError(400, "The request ended too early."))));
  });
}

function parsed(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError(400, "The request is not UTF-8.");
  }
  if (isDeeperThan(text, MAX_DEPTH))
    throw new ApiError(400, `The request is nested deeper than ${MAX_DEPTH} levels.`);
  try {
    return text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    throw new ApiError(
      400,
      plainText(error instanceof Error ? error.message : String(error), MAX_FINDING_CHARS),
    );
  }
}
