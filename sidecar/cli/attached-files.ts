/** Files of this machine that go with a message: within its frame where they fit, and over `POST /media` where they do not. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, type Stats } from "node:fs";
import { basename } from "node:path";
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import {
  CodedError,
  errorText,
  plainText,
  quoted,
  RequestError,
  UnavailableError,
} from "../../shared/errors.ts";
import { noFile, READ_WITHOUT_WAITING, readFailure } from "../../shared/node/small-file.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, type Remedy, whole } from "../../shared/remedy.ts";
import { fileType, HEAD_BYTES } from "../base/media/file-type.ts";
import { LIMITS, limitFor, MOST_FILES, megabytes } from "../base/media/limits.ts";
import type { Target } from "./target.ts";

/** A file that a message takes. Its bytes stay on the disk until they are sent: those of all together may be more than fits into the memory. */
export interface AttachedFile {
  /** As it was typed. */
  path: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Fails as `lookAtAttached` does where the file has become another one meanwhile. */
  read(): Buffer;
}

/** The files at the paths. Fails with `ATTACHMENT_REFUSED` for what no message takes, each refusal with the path. */
export function lookAtAttached(paths: readonly string[]): AttachedFile[] {
  if (paths.length > MOST_FILES)
    throw new RequestError(
      "ATTACHMENT_REFUSED",
      advice`--attach: ${paths.length} files are too many for one message: it takes ${MOST_FILES}`,
    );
  return paths.map((path) => ({
    path,
    name: basename(path),
    size: opened(path, (_fd, { size }) => size),
    read: () => opened(path, (fd) => readFileSync(fd)),
  }));
}

/** The files as `attachments` of `agent` has them, beside what else is sent. Fails with `ATTACHMENT_REFUSED`, and where the gateway takes no files. */
export async function attachmentsFor(
  files: readonly AttachedFile[],
  { hello }: Pick<GatewayConnection, "hello">,
  { target, besides }: { target: Target; besides: number },
): Promise<object[]> {
  const room = hello.policy.maxPayload - besides - FRAME_BYTES;
  const framed = files.reduce((sum, { name, size }) => sum + framedBytes(name, size), 0);
  if (framed <= room)
    return files.map((file) => ({ fileName: file.name, content: file.read().toString("base64") }));
  const sent: object[] = [];
  for (const file of files) sent.push({ fileName: file.name, mediaId: await upload(file, target) });
  return sent;
}

/** What a file takes of a frame. */
function framedBytes(name: string, size: number): number {
  return Buffer.byteLength(JSON.stringify({ fileName: name, content: "" })) + 4 * Math.ceil(size / 3) + 1;
}

/** What stands around the parameters. */
const FRAME_BYTES = 1_000;
const MOST_REASON_CHARS = 300;

/** What `use` returns of the file, which a message takes. */
function opened<T>(path: string, use: (fd: number, status: Stats) => T): T {
  try {
    const fd = openSync(path, READ_WITHOUT_WAITING);
    try {
      const status = fstatSync(fd);
      const obstacle = noFile(status);
      if (obstacle !== undefined) throw refusal(path, obstacle.reason);
      if (status.size > LIMITS.document) throw tooLarge(path, status.size, LIMITS.document);
      if (status.size === 0) throw refusal(path, "it is empty");
      const head = Buffer.alloc(HEAD_BYTES);
      const most = limitFor(fileType(head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0))));
      if (status.size > most) throw tooLarge(path, status.size, most);
      return use(fd, status);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw refusal(path, isMissing ? "there is no such file" : readFailure(error).reason);
  }
}

async function upload({ path, read }: AttachedFile, { url, auth }: Target): Promise<string> {
  const place = new URL(url);
  place.protocol = place.protocol === "wss:" ? "https:" : "http:";
  place.pathname = `${place.pathname.replace(/\/+$/, "")}/media`;
  const secret = auth.token ?? auth.password;
  // A connection of its own: one that is kept is closed at the other end while the next file is being read.
  const headers = {
    connection: "close",
    ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
  };
  const response = await fetch(place, { method: "POST", headers, body: new Uint8Array(read()) }).catch(
    (error: unknown) => {
      // `fetch failed` says nothing; what it was is behind it.
      const root = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const why = plainText(errorText(root), MOST_REASON_CHARS);
      throw new UnavailableError(
        "CONNECTION_LOST",
        advice`--attach ${quoted(path)}: it could not be sent: ${why}`,
        {
          cause: error,
        },
      );
    },
  );
  const answer: unknown = await response.json().catch(() => undefined);
  if (isRecord(answer) && typeof answer.mediaId === "string") return answer.mediaId;
  const error = isRecord(answer) && isRecord(answer.error) ? answer.error : {};
  const said = typeof error.message === "string" ? error.message : `HTTP ${response.status}`;
  throw refusal(path, advice`the gateway does not take it: ${plainText(said, MOST_REASON_CHARS)}`);
}

function tooLarge(path: string, bytes: number, most: number): RequestError {
  return new RequestError(
    "ATTACHMENT_TOO_LARGE",
    advice`--attach ${quoted(path)}: it has ${megabytes(bytes)}, and files of its kind may have ${megabytes(most)}`,
  );
}

function refusal(path: string, why: Remedy): RequestError {
  return new RequestError("ATTACHMENT_REFUSED", advice`--attach ${quoted(path)}: ${whole(why)}`);
}
