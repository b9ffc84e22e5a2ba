/**
 * The files that whoever started this process gave it for what it prints. Nobody else can open them anew when they are deleted or
 * moved, because the descriptors are ours alone, nor empty them in time: so the process itself does both while it runs.
 */
import { closeSync, fstatSync, lstatSync, openSync } from "node:fs";
import { LOG_ROTATION, openForAppending, rotateInPlaceWhenLarge } from "../../../shared/node/log-files.ts";

/** stdout and stderr, which also the runtime itself writes to when it dies, and what this process starts. */
const STREAMS = [1, 2] as const;

interface Stream {
  fd: (typeof STREAMS)[number];
  path: string;
}

export class OwnOutput {
  readonly #streams: Stream[];

  /** `files` are those that may be meant; streams that lead elsewhere, such as to a terminal, are left alone. */
  constructor(files: readonly string[]) {
    this.#streams = STREAMS.flatMap((fd) => {
      const path = files.find((file) => leadsTo(fd, file));
      return path === undefined ? [] : [{ fd, path }];
    });
  }

  /** Puts every stream back to its file, and makes room in it. Never throws. */
  look(): void {
    for (const { fd, path } of this.#streams) {
      try {
        if (leadsTo(fd, path)) rotateInPlaceWhenLarge(path, LOG_ROTATION);
        else reopen(fd, path);
      } catch {
        // The directory is away or the disk full: it goes on where it is, and the next look tries again.
      }
    }
  }
}

function leadsTo(fd: number, path: string): boolean {
  try {
    const [open, there] = [fstatSync(fd), lstatSync(path)];
    return open.isFile() && open.ino === there.ino && open.dev === there.dev;
  } catch {
    return false; // Closed, or nothing at the path.
  }
}

/** The number is free for a moment, and an opening takes the lowest that is: nothing else may open files meanwhile. */
function reopen(fd: number, path: string): void {
  if (isBusyElsewhere()) return;
  closeSync(openForAppending(path));
  closeSync(fd);
  if (openAt(path) !== fd) throw new Error(`descriptor ${fd} was taken`);
}

function openAt(path: string): number {
  try {
    return openForAppending(path);
  } catch {
    // Gone in this very moment. An unused number would be taken by the next file that is opened, and printed into.
    return openSync("/dev/null", "a");
  }
}

/** Other threads open files and sockets for requests that are under way. */
function isBusyElsewhere(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.includes("Req"));
}
