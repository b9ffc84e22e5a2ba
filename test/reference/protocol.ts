/** The page on every method, event, error and close code of the wire, from their declarations and what stands above them. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OWN_CODES, WIRE_CODES } from "../../shared/errors.ts";
import { CLOSE, CLOSE_REASON } from "../../shared/protocol/close-codes.ts";
import type { EventContract, MethodContract } from "../../shared/protocol/contract.ts";
import { gatewayEvents } from "../../shared/protocol/events.ts";
import { WIRE_ERROR_CODES, WIRE_LIMITS } from "../../shared/protocol/frame.ts";
import { ConnectParams } from "../../shared/protocol/handshake.ts";
import { gatewayMethods } from "../../shared/protocol/index.ts";
import { OPERATOR_SCOPES, ROLES } from "../../shared/protocol/roles.ts";
import { accessText } from "./access.ts";
import { typeText } from "./type-text.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The page. Every method and event, and every number that a connection is closed with, has a comment above it, or this fails. */
export function protocolPage(): string {
  const methodDocs = docsIn(globSync("shared/protocol/methods/*.ts", { cwd: ROOT }).sort());
  const eventDocs = docsIn(["shared/protocol/events.ts"]);
  const closeDocs = docsIn(["shared/protocol/close-codes.ts"]);
  const methods = Object.entries<MethodContract>(gatewayMethods).sort(byName);
  const events = Object.entries<EventContract>(gatewayEvents).sort(byName);
  const parts = [
    "# Protocol reference",
    "<!-- Made from the declarations by `npm run reference`; do not edit. -->",
    "What the gateway says on its WebSocket: three frames in JSON, a handshake, then requests with answers, and events. `clawdbot gateway call <method>` calls any method.",
    "## Frames",
    [
      '- Request: `{"type": "req", "id": …, "method": …, "params": …}`',
      '- Response: `{"type": "res", "id": …, "ok": true, "payload": …}` or `{"type": "res", "id": …, "ok": false, "error": {"code", "message", "details", "retryable", "retryAfterMs"}}`',
      '- Event: `{"type": "event", "event": …, "payload": …, "seq": …, "stateVersion": …}`',
    ].join("\n"),
    `A message holds at most ${WIRE_LIMITS.maxPayloadBytes} bytes. The handshake takes at most ${WIRE_LIMITS.handshakeTimeoutMs} ms, a \`tick\` comes every ${WIRE_LIMITS.tickIntervalMs} ms.`,
    "## Handshake",
    `The gateway sends the event \`connect.challenge\` with a nonce; the first request is \`connect\`. Roles: ${codes(ROLES)}. Scopes: ${codes(OPERATOR_SCOPES)}; \`operator.admin\` holds all of them.`,
    block(typeText(ConnectParams)),
    "## Who may call what",
    "By the scope that an operator has, and for clients in the role `node`. `none` is an operator with no scope that is known here; one that names no scope when it connects has `operator.admin`. A method that does not exist is refused like one for `operator.admin`.",
    accessText(),
    "## Methods",
    ...methods.map(([name, contract]) => methodText(name, contract, docOf(methodDocs, name))),
    "## Events",
    ...events.map(([name, contract]) => eventText(name, contract, docOf(eventDocs, name))),
    "## Error codes",
    `\`error.code\` is one of ${codes(WIRE_ERROR_CODES)}; \`error.details.code\` is exact:`,
    codeTable(WIRE_CODES),
    "Commands say besides, with `--json` in `error.code`:",
    codeTable(OWN_CODES),
    "## Close codes",
    [
      "| Code | Meaning |",
      "|---|---|",
      ...Object.entries(CLOSE).map(([name, code]) => `| ${code} | ${docOf(closeDocs, name)} |`),
    ].join("\n"),
    `Reasons that stand in a close frame on their own: ${codes(Object.values(CLOSE_REASON))}.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function methodText(name: string, { access, params, result }: MethodContract, doc: string): string {
  const scope = access === "node" ? "Role `node`." : `Scope \`${access}\`.`;
  return [
    `### ${name}`,
    `${doc} ${scope}`,
    "Parameters:",
    block(typeText(params)),
    "Result:",
    block(typeText(result, "output")),
  ].join("\n\n");
}

function eventText(
  name: string,
  { payload, delivery, scopes, versioned, isDirect }: EventContract,
  doc: string,
): string {
  const facts = [
    delivery === "critical"
      ? "A client whose buffer is full is closed."
      : "Left out for a client whose buffer is full.",
    ...(scopes === undefined ? [] : [`Only for ${codes(scopes)}.`]),
    ...(isDirect === true ? ["For one client alone, without `seq`."] : []),
    ...(versioned === true ? ["With `stateVersion`."] : []),
  ];
  return [`### ${name}`, [doc, ...facts].join(" "), block(typeText(payload, "output"))].join("\n\n");
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function block(text: string): string {
  return `\`\`\`ts\n${text}\n\`\`\``;
}

function codeTable(table: Readonly<Record<string, string>>): string {
  const rows = Object.entries(table).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return ["| Code | Meaning |", "|---|---|", ...rows].join("\n");
}

/** What stands above each member of the files' objects, on one line. */
function docsIn(files: readonly string[]): ReadonlyMap<string, string> {
  const found = files.flatMap((file) => {
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
    return [...source.matchAll(/^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}"?([\w.-]+)"?:/gm)];
  });
  return new Map(found.map(([, comment = "", name = ""]) => [name, oneLine(comment)]));
}

function oneLine(comment: string): string {
  return comment.replace(/\s*\n\s*\*?\s*/g, " ").trim();
}

function docOf(docs: ReadonlyMap<string, string>, name: string): string {
  const doc = docs.get(name);
  if (doc === undefined) throw new Error(`${name} has no comment above its declaration`);
  return doc;
}
