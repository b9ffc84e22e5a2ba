/** How the last process of a service ended, in words. */
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import type { ServiceStatus } from "../../../host/service/service-manager.ts";

/** `last exit 78`, or `killed by signal 9`; the number is an exit code or a signal. */
export function exitText({ how, status }: NonNullable<ServiceStatus["lastExit"]>): Remedy {
  if (how === "exited") return advice`last exit ${status}`;
  return how === "killed" ? advice`killed by signal ${status}` : advice`dumped core on signal ${status}`;
}
