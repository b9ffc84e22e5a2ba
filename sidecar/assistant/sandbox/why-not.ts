/** Why this system lets nobody make namespaces, and what helps. */
import { readFileSync } from "node:fs";
import { plainText } from "../../../shared/errors.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";

/** Switches of the kernel and of AppArmor, with the value that closes them. */
const SWITCHES: readonly { file: string; closed: string; reason: Remedy; fix: Remedy }[] = [
  {
    file: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    closed: "1",
    reason: advice`AppArmor keeps programs from making user namespaces, as Ubuntu 24.04 has it`,
    fix: advice`give bwrap a profile with userns, or ${"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"}`,
  },
  {
    file: "/proc/sys/kernel/unprivileged_userns_clone",
    closed: "0",
    reason: advice`the kernel keeps users from making namespaces`,
    fix: "sudo sysctl -w kernel.unprivileged_userns_clone=1",
  },
  {
    file: "/proc/sys/user/max_user_namespaces",
    closed: "0",
    reason: advice`the kernel lets nobody make user namespaces`,
    fix: "sudo sysctl -w user.max_user_namespaces=10000",
  },
];

/** `said` is what the program that tried it printed. */
export function whyNoNamespaces(
  said: string,
  read: (file: string) => string | undefined = contentOf,
): { reason: Remedy; fix: Remedy } {
  const found = SWITCHES.find(({ file, closed }) => read(file)?.trim() === closed);
  if (found !== undefined) return found;
  const [line = ""] = said.trim().split("\n");
  return {
    reason: line === "" ? advice`it cannot be started` : advice`it says ${plainText(line, 200)}`,
    fix: advice`let this user make user namespaces; in a container that takes --security-opt seccomp=unconfined`,
  };
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // A system without it.
  }
}
