/**
 * What Tailscale serves on this machine (`tailscale serve status --json`), and whether our handler may stand there. Serve and
 * Funnel share one table: a handler per host, port and path, and per host and port whether the internet may come in.
 */

import * as z from "zod";
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import { jsonIn } from "./answers.ts";

/** The port that `tailscale serve <target>` and `tailscale funnel <target>` use when none is named. */
const HTTPS_PORT = 443;

const TcpHandler = z.object({
  HTTPS: z.boolean().nullish(),
  HTTP: z.boolean().nullish(),
  TCPForward: z.string().nullish(),
  TerminateTLS: z.string().nullish(),
});

const WebHandler = z.object({
  Proxy: z.string().nullish(),
  Path: z.string().nullish(),
  Text: z.string().nullish(),
});
type WebHandler = z.infer<typeof WebHandler>;

const table = {
  TCP: z.record(z.string(), TcpHandler).nullish(),
  Web: z.record(z.string(), z.object({ Handlers: z.record(z.string(), WebHandler).nullish() })).nullish(),
  AllowFunnel: z.record(z.string(), z.boolean()).nullish(),
};

const ServeConfig = z.object({ ...table, Foreground: z.record(z.string(), z.object(table)).nullish() });
export type ServeConfig = z.infer<typeof ServeConfig>;

/** What we want to stand in the table: `https://host/` handed to our port on loopback. */
export interface ServeWish {
  mode: "serve" | "funnel";
  /** This machine's MagicDNS name. */
  host: string;
  /** Our own port. */
  port: number;
}

/** What stands in the way of a wish, and the command that clears it (a sentence when no command can). */
export interface ServeConflict {
  reason: Remedy;
  remedy: Remedy;
}

/** Reads `tailscale serve status --json`; an empty table is `null` or `{}`. Undefined when it cannot be understood. */
export function readServeConfig(text: string): ServeConfig | undefined {
  const json = jsonIn(text);
  if (json === null) return {};
  const parsed = ServeConfig.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** Whether `https://host/` is handed to our port. */
export function isRootOurs(config: ServeConfig, { host, port }: Pick<ServeWish, "host" | "port">): boolean {
  const root = handlersOf(config, host)["/"];
  return root !== undefined && isProxyTo(root, port);
}

/** Whether the wish is fulfilled already, the internet let in or not as wished. */
export function isInPlace(config: ServeConfig, wish: ServeWish): boolean {
  return isRootOurs(config, wish) && isFunnelled(config, wish.host) === (wish.mode === "funnel");
}

/** What of somebody else's would be lost or laid open by fulfilling the wish. */
export function conflictWith(config: ServeConfig, wish: ServeWish): ServeConflict | undefined {
  const address = `https://${wish.host}`;
  const tcp = config.TCP?.[HTTPS_PORT];
  if (tcp?.TCPForward) {
    const flag = tcp.TerminateTLS ? "tls-terminated-tcp" : "tcp";
    return {
      reason: advice`Tailscale already forwards port ${HTTPS_PORT} to ${tcp.TCPForward}`,
      remedy: `tailscale serve --${flag}=${HTTPS_PORT} off`,
    };
  }
  if (tcp?.HTTP) {
    return {
      reason: advice`Tailscale already serves plain HTTP on port ${HTTPS_PORT}`,
      remedy: `tailscale serve --http=${HTTPS_PORT} off`,
    };
  }
  if (Object.values(config.Foreground ?? {}).some(({ TCP }) => TCP?.[HTTPS_PORT] !== undefined)) {
    return {
      reason: advice`a tailscale command in some terminal serves ${address} as long as it runs`,
      remedy: "end it there",
    };
  }
  const { "/": root, ...others } = handlersOf(config, wish.host);
  if (root !== undefined && !isProxyTo(root, wish.port)) {
    return {
      reason: advice`Tailscale already hands ${address}/ to ${root.Proxy ?? root.Path ?? advice`a fixed text`}`,
      remedy: removalOf("/"),
    };
  }
  const [other] = Object.keys(others);
  if (other === undefined || isFunnelled(config, wish.host) === (wish.mode === "funnel")) return undefined;
  const reason =
    wish.mode === "funnel"
      ? advice`it would lay open to the internet ${address}${other}`
      : advice`it would take off the internet ${address}${other}`;
  return { reason, remedy: removalOf(other) };
}

/** The command that removes one handler and nothing else. */
export function removalOf(mount: string): string {
  return `tailscale ${removalArgs(mount).join(" ")}`;
}

/** Its arguments. Without `--set-path` every handler of the port would go. */
export function removalArgs(mount: string): string[] {
  return ["serve", `--https=${HTTPS_PORT}`, `--set-path=${mount}`, "off"];
}

function handlersOf(config: ServeConfig, host: string): Record<string, WebHandler> {
  return config.Web?.[`${host}:${HTTPS_PORT}`]?.Handlers ?? {};
}

function isFunnelled(config: ServeConfig, host: string): boolean {
  return config.AllowFunnel?.[`${host}:${HTTPS_PORT}`] === true;
}

/** `http://127.0.0.1:18789`, or however a person may have written it. */
function isProxyTo({ Proxy: target }: WebHandler, port: number): boolean {
  const plain = target?.replace(/^http:\/\//, "").replace(/\/$/, "");
  return ["127.0.0.1", "localhost", "[::1]"].some((host) => plain === `${host}:${port}`);
}
