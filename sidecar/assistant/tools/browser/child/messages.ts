/** What the gateway and the process that drives the browser say to each other. */

/** How a browser is started. */
export interface Launch {
  profile: string;
  /** What drives it: the file to import. */
  driver: string;
  executablePath: string;
  isHeadless: boolean;
  hasSandbox: boolean;
  /** What the browser keeps between two starts. */
  profileDir: string;
  /** Where files lie until somebody takes them. */
  incomingDir: string;
}

export interface Order {
  id: number;
  launch: Launch;
  action: string;
  args: Readonly<Record<string, unknown>>;
  timeoutMs: number;
  /** Hosts that may be asked wherever they are. */
  allowHosts: readonly string[];
}

/** A file that is to be given to a page. */
export interface UploadFile {
  name: string;
  mimeType: string;
  buffer: Uint8Array;
}

/** A file that came out of the browser, in `incomingDir`. */
export interface ComingFile {
  path: string;
  /** As the page calls it. */
  name: string;
}

export interface Outcome {
  text: string;
  /** The same for programs. */
  details: Record<string, unknown>;
  picture?: { bytes: Uint8Array; mimeType: string };
  files?: ComingFile[];
}

export type Answer = { id: number; outcome: Outcome } | { id: number; failure: string };
