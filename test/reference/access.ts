/** Who may call which method: the table of the guide, from the declarations alone. */
import type { MethodAccess, MethodContract } from "../../shared/protocol/contract.ts";
import { gatewayMethods } from "../../shared/protocol/index.ts";

/** The kinds of callers, each with what it connects as. An operator that names no scope gets all of them; "none" names one that nobody knows. */
export const CALLERS = {
  none: { role: "operator", scopes: ["operator.unknown"] },
  read: { role: "operator", scopes: ["operator.read"] },
  write: { role: "operator", scopes: ["operator.write"] },
  approvals: { role: "operator", scopes: ["operator.approvals"] },
  pairing: { role: "operator", scopes: ["operator.pairing"] },
  admin: { role: "operator", scopes: ["operator.admin"] },
  node: { role: "node", scopes: [] },
} as const;
export type Caller = keyof typeof CALLERS;

/** Whom each kind of access lets in, said once more: what the gateway does is compared with it. */
const LETS_IN: Readonly<Record<MethodAccess, readonly Caller[]>> = {
  "operator.read": ["read", "write", "admin"],
  "operator.write": ["write", "admin"],
  "operator.approvals": ["approvals", "admin"],
  "operator.pairing": ["pairing", "admin"],
  "operator.admin": ["admin"],
  node: ["node"],
};

/** For each method, by name, the callers that may call it. */
export function accessTable(): Map<string, readonly Caller[]> {
  const methods = Object.entries<MethodContract>(gatewayMethods);
  return new Map(methods.map(([name, { access }]) => [name, LETS_IN[access]] as const).sort(byName));
}

/** The table as Markdown. */
export function accessText(): string {
  const callers = Object.keys(CALLERS) as Caller[];
  const rows = [...accessTable()].map(([name, allowed]) => {
    const cells = callers.map((caller) => (allowed.includes(caller) ? "yes" : "–"));
    return `| \`${name}\` | ${cells.join(" | ")} |`;
  });
  return [`| Method | ${callers.join(" | ")} |`, `|${"---|".repeat(callers.length + 1)}`, ...rows].join("\n");
}

/** What a guide's page says in such a table. */
export function accessIn(page: string): Map<string, readonly Caller[]> {
  const head = /^\| Method \|(.*)\|$/m.exec(page)?.[1] ?? "";
  const callers = head.split("|").map((name) => name.trim() as Caller);
  const rows = [...page.matchAll(/^\| `([a-z.A-Z-]+)` \|((?: (?:yes|–) \|)+)$/gm)];
  return new Map(
    rows.map(([, name = "", cells = ""]) => [
      name,
      callers.filter((_caller, index) => cells.split("|")[index]?.trim() === "yes"),
    ]),
  );
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
