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

export const NO_APPROVALS: ApprovalSlots = {
  places: Array.from({ length: APPROVAL_ROWS }, () => null),
  next: 0,
};
