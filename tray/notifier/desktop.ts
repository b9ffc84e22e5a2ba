/**
 * Shows one notification on the desktop: notify-send on Linux, node-notifier on macOS and Windows. Tells whether it
 * was delivered; a text from anywhere can neither run nor restyle anything.
 */
import { errorText } from "../../shared/errors.ts";
import { neutralLine, neutralLines } from "../../shared/foreign-text.ts";
import type { Delivery, DesktopNotification, NotifierSurroundings } from "./notification.ts";
import { LinuxNotifier } from "./notify-send.ts";

const MAX_TITLE_LENGTH = 120;
const MAX_BODY_LENGTH = 500;
/** node-notifier reports back when the notification closes: no bad news until then counts as delivered. */
const SILENCE_IS_CONSENT_MS = 3_000;

/** Called with the notification's key and the id of the action that the user chose. */
export type OnAction = (key: string, actionId: string) => void;

export class DesktopNotifier {
  readonly #context: NotifierSurroundings;
  readonly #linux: LinuxNotifier;
  #queue: Promise<unknown> = Promise.resolve();

  /** Actions are offered on Linux, where the notification daemon has them. */
  constructor(context: NotifierSurroundings, onAction: OnAction) {
    this.#context = context;
    this.#linux = new LinuxNotifier(context, onAction);
  }

  /** Shows the notification, in place of an earlier one with the same key where the desktop can do that. Never fails. */
  send(notification: DesktopNotification): Promise<Delivery> {
    const shown = {
      ...notification,
      title: neutralLine(notification.title, MAX_TITLE_LENGTH) || "Clawdbot",
      body: neutralLines(notification.body, MAX_BODY_LENGTH),
    };
    // In turn, since the id to be replaced is known only when the earlier one has been shown.
    const delivery = this.#queue.then(() => this.#deliver(shown));
    this.#queue = delivery;
    return delivery;
  }

  /** Stops waiting for clicks on notifications; those on the screen stay. */
  stop(): void {
    this.#linux.stop();
  }

  async #deliver(notification: DesktopNotification): Promise<Delivery> {
    const { platform } = this.#context;
    try {
      if (platform !== "darwin" && platform !== "win32") return await this.#linux.send(notification);
      const delivery = await sendWithNodeNotifier(notification, this.#context.iconPath);
      return delivery.delivered || platform === "win32" ? delivery : await sendWithOsascript(notification);
    } catch (error) {
      return { delivered: false, reason: errorText(error) };
    }
  }
}

async function sendWithNodeNotifier({ title, body }: DesktopNotification, icon: string): Promise<Delivery> {
  const { default: notifier } = await import("node-notifier");
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ delivered: true }), SILENCE_IS_CONSENT_MS);
    notifier.notify({ title, message: body || " ", icon, wait: false }, (error) => {
      clearTimeout(timer);
      resolve(error === null ? { delivered: true } : { delivered: false, reason: errorText(error) });
    });
  });
}

/** The texts are arguments of the script, never part of it. */
async function sendWithOsascript({ title, body }: DesktopNotification): Promise<Delivery> {
  const { execa } = await import("execa");
  const script = [
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
  ];
  const args = [...script.flatMap((line) => ["-e", line]), "--", title, body];
  const result = await execa("/usr/bin/osascript", args, { reject: false, timeout: 10_000, stdin: "ignore" });
  return result.failed ? { delivered: false, reason: errorText(result) } : { delivered: true };
}
