/** Files over HTTP, once it is known who asks: in as a stream, out as something that no browser runs. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { CodedError, SetupError } from "../../../shared/errors.ts";
import { mediaKind, typeAsSaid } from "../../base/media/file-type.ts";
import { LIMITS } from "../../base/media/limits.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import { ApiError, sendError } from "./api/errors.ts";
import { sendJson } from "./responses.ts";

/** Keeps the body and answers what it is: `{mediaId, mimeType, bytes, sha256}`. */
export async function receiveMedia(
  store: MediaStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (Number(request.headers["content-length"] ?? 0) > LIMITS.document)
      throw new ApiError(413, `The file is larger than ${LIMITS.document} bytes.`);
    const declared = typeAsSaid(request.headers["content-type"]);
    // A refusal in the middle leaves the connection as it is, so that it can be told.
    const source = request.iterator({ destroyOnReturn: false });
    const { mediaId, mimeType, sizeBytes } = await store.keep(source, { name: "upload", declared });
    sendJson(response, 200, { mediaId, mimeType, bytes: sizeBytes, sha256: mediaId });
  } catch (error) {
    if (request.readableAborted) return; // Nobody waits for an answer.
    const refusal = refusalFor(error);
    if (!(error instanceof ApiError)) await passOver(request).catch(() => {}); // Then nobody waits for the answer.
    response.setHeader("Connection", "close");
    sendError(response, refusal);
  }
}

/** Reads what is still on its way and keeps none of it: many clients hear no answer before they have said all. */
async function passOver(request: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    bytes += piece.length;
    if (bytes > LIMITS.document) return;
  }
}

/** The file of the id, under its type. Only pictures and sound are opened in a page. */
export async function sendMedia(store: MediaStore, mediaId: string, response: ServerResponse): Promise<void> {
  const file = await store.look(mediaId);
  if (file === undefined)
    return sendError(response, new ApiError(404, "There is no such file, or not any more."));
  const kind = mediaKind(file.mimeType);
  response.writeHead(200, {
    "Content-Type": file.mimeType === "text/plain" ? "text/plain; charset=utf-8" : file.mimeType,
    "Content-Length": file.sizeBytes,
    "Content-Disposition": kind === "image" || kind === "audio" ? "inline" : "attachment",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
  });
  if (response.req.method === "HEAD") return void response.end();
  await pipeline(store.stream(mediaId), response).catch(() => {
    // Whoever asked has gone, or the file has: the length tells that it is not whole.
    response.destroy();
  });
}

/** Fails with what nobody expected. */
function refusalFor(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof CodedError)) throw error;
  if (error.code === "ATTACHMENT_TOO_LARGE") return new ApiError(413, error.message);
  if (error instanceof SetupError) return new ApiError(507, error.message, "unavailable");
  return new ApiError(400, error.message);
}
