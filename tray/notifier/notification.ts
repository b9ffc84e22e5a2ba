/** A notification, what the notifier must know of the machine, and how delivery ended. */
import type { Environment } from "../../shared/node/paths.ts";

export interface DesktopNotification {
  /** Names the cause: a later notification with the same key replaces the earlier one. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly urgency: "low" | "normal" | "critical";
  /** Buttons, where the desktop shows any. */
  readonly actions?: readonly { readonly id: string; readonly label: string }[];
}

export type Delivery = { readonly delivered: true } | { readonly delivered: false; readonly reason: string };

export interface NotifierSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
  /** Absolute path of the picture shown beside the text. */
  readonly iconPath: string;
}
