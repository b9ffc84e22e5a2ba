/** How the last process of a service ended, as the status shows it. */
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import { exitWords } from "../../../host/service/exit-words.ts";
import type { ServiceStatus } from "../../../host/service/service-manager.ts";

/** `last exit 78`, or `killed by signal 9`; the number is an exit code or a signal. */
export function exitText(exit: NonNullable<ServiceStatus["lastExit"]>): Remedy {
  return exit.how === "exited" ? advice`last exit ${exit.status}` : exitWords(exit);
}
