/** Notifications on Linux through notify-send, by argument vector, using what the installed version offers. */
import { execa } from "execa";
import { neutralLine } from "../../shared/foreign-text.ts";
import { daemonCapabilities } from "./capabilities.ts";
import type { Delivery, DesktopNotification, NotifierSurroundings } from "./notification.ts";

/** Options that not every version has. */
export interface NotifySendFeatures {
  readonly printId: boolean;
  readonly replaceId: boolean;
  readonly action: boolean;
}

const APP_NAME = "Clawdbot";
const SHOW_TIMEOUT_MS = 10_000;
const ACCEPTED_AFTER_MS = 1_000;
/** Remembered ids; the oldest are forgotten first. */
const MAX_KEYS = 64;
const MAX_LABEL_LENGTH = 40;
const NOT_INSTALLED: Delivery = {
  delivered: false,
  reason: "notify-send is not installed (Debian: apt install libnotify-bin)",
};

type Child = ReturnType<typeof spawnNotifySend>;

export class LinuxNotifier {
  readonly #context: NotifierSurroundings;
  readonly #onAction: (key: string, actionId: string) => void;
  /** Unknown until notify-send was found; a missing one is looked for again each time. */
  #features: NotifySendFeatures | undefined;
  readonly #ids = new Map<string, string>();
  /** Those that wait for a click. */
  readonly #waiting = new Map<string, Child>();

  constructor(context: NotifierSurroundings, onAction: (key: string, actionId: string) => void) {
    this.#context = context;
    this.#onAction = onAction;
  }

  async send(notification: DesktopNotification): Promise<Delivery> {
    this.#features ??= await this.#findFeatures();
    if (this.#features === undefined) return NOT_INSTALLED;
    const { key } = notification;
    // Asked each time: another daemon may have taken the place of the one that was there.
    const daemon = await daemonCapabilities(this.#context.env);
    // It would hear the clicks on the notification that takes its place, too.
    this.#waiting.get(key)?.kill();
    const features = { ...this.#features, action: this.#features.action && daemon?.actions !== false };
    const waitsForClick = features.action && features.printId && (notification.actions?.length ?? 0) > 0;
    const args = notifySendArguments(notification, {
      features,
      isMarkup: daemon?.bodyMarkup !== false,
      iconPath: this.#context.iconPath,
      replaceId: this.#ids.get(key),
    });
    return this.#show(key, spawnNotifySend(args, this.#context), waitsForClick);
  }

  stop(): void {
    for (const child of this.#waiting.values()) child.kill();
  }

  /** notify-send returns at once, or with actions when the notification is gone, and prints id and action then. */
  async #show(key: string, child: Child, waitsForClick: boolean): Promise<Delivery> {
    const ended = child.then((result) => this.#onEnd(key, child, result));
    const limit = setTimeout(() => child.kill(), SHOW_TIMEOUT_MS);
    if (!waitsForClick) return ended.finally(() => clearTimeout(limit));
    clearTimeout(limit);
    this.#waiting.set(key, child);
    // What cannot be shown fails at once; what still waits is on the screen.
    const accepted = new Promise<Delivery>((resolve) =>
      setTimeout(() => resolve({ delivered: true }), ACCEPTED_AFTER_MS),
    );
    return Promise.race([ended, accepted]);
  }

  #onEnd(key: string, child: Child, result: Awaited<Child>): Delivery {
    if (this.#waiting.get(key) === child) this.#waiting.delete(key);
    // Removed since it was found, perhaps to be installed in another version.
    if (result.code === "ENOENT") this.#features = undefined;
    if (result.failed) return failure(result);
    const [id = "", actionId] = result.stdout.split("\n");
    if (/^[1-9]\d*$/.test(id)) this.#remember(key, id);
    if (actionId !== undefined) this.#onAction(key, actionId);
    return { delivered: true };
  }

  #remember(key: string, id: string): void {
    this.#ids.delete(key);
    this.#ids.set(key, id);
    const oldest = this.#ids.keys().next().value;
    if (this.#ids.size > MAX_KEYS && oldest !== undefined) this.#ids.delete(oldest);
  }

  async #findFeatures(): Promise<NotifySendFeatures | undefined> {
    const { stdout, failed } = await spawnNotifySend(["--help"], this.#context);
    return failed ? undefined : parseFeatures(stdout);
  }
}

/** Reads the output of `notify-send --help`. */
export function parseFeatures(help: string): NotifySendFeatures {
  const has = (option: string): boolean => new RegExp(`\\s--${option}\\b`).test(help);
  return { printId: has("print-id"), replaceId: has("replace-id"), action: has("action") };
}

/** The argument vector for one notification; `replaceId` is the id of the one whose place it takes. */
export function notifySendArguments(
  { title, body, urgency, actions = [] }: DesktopNotification,
  { features, isMarkup, iconPath, replaceId }: ArgumentOptions,
): string[] {
  return [
    `--app-name=${APP_NAME}`,
    `--urgency=${urgency}`,
    `--icon=${iconPath}`,
    ...(features.printId ? ["--print-id"] : []),
    ...(features.replaceId && replaceId !== undefined ? [`--replace-id=${replaceId}`] : []),
    ...(features.action && features.printId
      ? actions.map(({ id, label }) => `--action=${id}=${neutralLine(label, MAX_LABEL_LENGTH)}`)
      : []),
    "--",
    title,
    asBody(body, isMarkup),
  ];
}

interface ArgumentOptions {
  readonly features: NotifySendFeatures;
  /** The daemon reads markup in the body. */
  readonly isMarkup: boolean;
  readonly iconPath: string;
  readonly replaceId: string | undefined;
}

/** notify-send itself resolves backslashes in a body, also where the daemon shows it as it is. */
function asBody(text: string, isMarkup: boolean): string {
  const plain = isMarkup
    ? text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    : text;
  return plain.replaceAll("\\", "\\\\");
}

function spawnNotifySend(args: readonly string[], { env }: NotifierSurroundings) {
  return execa("notify-send", args, {
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    maxBuffer: 64 * 1024,
  });
}

function failure(result: Awaited<Child>): Delivery {
  if (result.code === "ENOENT") return NOT_INSTALLED;
  if (result.isTerminated) return { delivered: false, reason: "notify-send did not come back" };
  const reason = neutralLine(String(result.stderr || result.shortMessage), 300);
  return { delivered: false, reason };
}
