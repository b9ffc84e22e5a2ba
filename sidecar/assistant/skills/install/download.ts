/** Downloads a file whose hash is known and puts it, or what is packed in it, in the place of what was there. Nothing of it is left where anything goes wrong. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { Environment } from "../../../../shared/node/paths.ts";
import { programOnPath } from "../../../host/process/program-on-path.ts";
import { run } from "../../../host/process/run.ts";
import { isWithin } from "../places.ts";
import type { InstallPlan } from "./plan.ts";

export interface DownloadPlace {
  /** Replaced as a whole. */
  folder: string;
  env: Environment;
  platform: NodeJS.Platform;
  fetch: typeof fetch;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

const MOST_BYTES = 500 * 1024 * 1024;
const MOST_REDIRECTS = 5;

/** Fails with a sentence. */
export async function download(
  { download: wanted, name }: Extract<InstallPlan, { kind: "download" }>,
  place: DownloadPlace,
): Promise<void> {
  const { folder, timeoutMs } = place;
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = place.signal === undefined ? limit : AbortSignal.any([limit, place.signal]);
  const work = `${folder}.${process.pid}.tmp`;
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, "out"), { recursive: true, mode: 0o700 });
  try {
    const file = join(work, "file");
    const hash = await fetched(wanted.url, file, { ...place, signal });
    if (hash !== wanted.sha256) throw new Error(`${wanted.url} is another file: its sha256 is ${hash}`);
    const out = join(work, "out");
    if (wanted.archive === undefined) {
      await rename(file, join(out, name));
      await chmod(join(out, name), 0o755);
    } else
      await unpacked(wanted.archive, {
        file,
        out,
        env: place.env,
        platform: place.platform,
        timeoutMs,
        signal,
      });
    const content = await strippedFolder(out, wanted.stripComponents);
    await refuseLinksOut(content, content);
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
    await rename(content, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Hex SHA-256 of what was fetched. Every address on the way is one of HTTPS. */
async function fetched(
  url: string,
  file: string,
  { fetch: get, signal }: Pick<DownloadPlace, "fetch"> & { signal: AbortSignal },
): Promise<string> {
  let address = new URL(url);
  let response = await get(address.href, { redirect: "manual", signal });
  for (let count = 0; response.status >= 300 && response.status < 400; count += 1) {
    const next = URL.parse(response.headers.get("location") ?? "", address.href);
    await response.body?.cancel();
    if (next?.protocol !== "https:" || count >= MOST_REDIRECTS)
      throw new Error(`${address.href} leads elsewhere`);
    address = next;
    response = await get(address.href, { redirect: "manual", signal });
  }
  if (!response.ok || response.body === null) throw new Error(`${address.href} answers ${response.status}`);
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(
        bytes > MOST_BYTES ? new Error(`${address.href} is larger than ${MOST_BYTES} bytes`) : null,
        chunk,
      );
    },
  });
  await pipeline(
    Readable.fromWeb(response.body as ReadableStream),
    counted,
    createWriteStream(file, { mode: 0o600 }),
    {
      signal,
    },
  );
  return hash.digest("hex");
}

interface Archive {
  file: string;
  out: string;
  env: Environment;
  platform: NodeJS.Platform;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Both programs keep what is packed within the folder. That of Windows and macOS knows zip as well. */
async function unpacked(
  kind: "tar" | "zip",
  { file, out, env, platform, timeoutMs, signal }: Archive,
): Promise<void> {
  const isZip = kind === "zip" && platform !== "darwin" && platform !== "win32";
  const [name, words] = isZip ? ["unzip", ["-q", file, "-d", out]] : ["tar", ["-xf", file, "-C", out]];
  const program = programOnPath(String(name), { env, platform });
  if (program === undefined) throw new Error(`${name} is not installed`);
  const { end, stderr } = await run(program, words as string[], {
    env: { PATH: env.PATH },
    timeoutMs,
    signal,
  });
  if (end.kind === "exited" && end.code === 0) return;
  throw new Error(`${name} could not unpack it: ${stderr.trim().split("\n").at(-1) ?? end.kind}`);
}

/** The folder that is left when so many around it are taken away. */
async function strippedFolder(folder: string, count: number): Promise<string> {
  if (count === 0) return folder;
  const entries = await readdir(folder, { withFileTypes: true });
  const [only] = entries;
  if (entries.length !== 1 || only?.isDirectory() !== true)
    throw new Error("it is not packed in as many folders as its skill says");
  return await strippedFolder(join(folder, only.name), count - 1);
}

async function refuseLinksOut(place: string, root: string): Promise<void> {
  for (const name of await readdir(place)) {
    const path = join(place, name);
    const status = await lstat(path);
    if (status.isDirectory()) await refuseLinksOut(path, root);
    else if (status.isSymbolicLink() ? !isWithin(path, root) : !status.isFile())
      throw new Error(`${name} in it is a link that leads out of it, or no file`);
  }
}
