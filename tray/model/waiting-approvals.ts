/** What agents ask before they do it, and where in the menu each question stands. */
import { DEVICE_ROWS, type Slots } from "./waiting-devices.ts";

/** What is shown of one. Its words are the agent's own. */
export interface WaitingApproval {
  readonly requestId: string;
  readonly command: string;
  /** Where it would run; null where nobody says. */
  readonly folder: string | null;
}

export type ApprovalSlots = Slots<WaitingApproval>;

/** More than these wait for the conversation, the dashboard or the command line. */
export const APPROVAL_ROWS = DEVICE_ROWS;

const KEY_PREFIX = "approval:";

/** Names the notice of a question. */
export function approvalKey(requestId: string): string {
  return `${KEY_PREFIX}${requestId}`;
}

/** The question that a notice of this name is about; undefined for any other notice. */
export function approvalOfKey(key: string): string | undefined {
  return key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : undefined;
}

export const NO_APPROVALS: ApprovalSlots = {
  places: Array.from({ length: APPROVAL_ROWS }, () => null),
  next: 0,
};
