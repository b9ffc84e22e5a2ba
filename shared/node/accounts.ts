/** The names of the accounts of this machine. */
import { smallText } from "./small-file.ts";

/** The name of the account, or its number when it has none. */
export function accountName(uid: number): string {
  return accountNames().get(uid) ?? String(uid);
}

/** Number to name, as far as /etc/passwd tells. */
export function accountNames(): Map<number, string> {
  // Not every system keeps its accounts there.
  const rows = (smallText("/etc/passwd") ?? "")
    .split("\n")
    .map((line) => line.split(":"))
    .filter(([name, , uid]) => name && uid);
  return new Map(rows.map(([name = "", , uid]) => [Number(uid), name]));
}
