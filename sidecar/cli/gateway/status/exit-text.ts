/** How the last process of a service ended, in words. */
import type { ServiceStatus } from "../../../host/service/service-manager.ts";

/** `last exit 78`, or `killed by signal 9`; the number is an exit code or a signal. */
export function exitText({ how, status }: NonNullable<ServiceStatus["lastExit"]>): string {
  if (how === "exited") return `last exit ${status}`;
  return `${how === "killed" ? "killed by" : "dumped core on"} signal ${status}`;
}
