/** How the last process of a service ended, in words. */
import { advice, type Remedy } from "../../../shared/remedy.ts";
import type { ServiceStatus } from "./service-manager.ts";

/** `exited with code 78`, `killed by signal 9`: what comes after "it". */
export function exitWords({ how, status }: NonNullable<ServiceStatus["lastExit"]>): Remedy {
  switch (how) {
    case "exited":
      return advice`exited with code ${status}`;
    case "killed":
      return advice`killed by signal ${status}`;
    case "dumped":
      return advice`dumped core on signal ${status}`;
  }
}

/** `last exit 78`, or `killed by signal 9`: what stands alone. */
export function exitText(exit: NonNullable<ServiceStatus["lastExit"]>): Remedy {
  return exit.how === "exited" ? advice`last exit ${exit.status}` : exitWords(exit);
}
