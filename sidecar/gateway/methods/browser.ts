/** Handler of `browser.request`: the tool of the agents, under the same rules. */
import { defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { CodedError, errorText, quoted, RequestError, UnavailableError } from "../../../shared/errors.ts";
import { browserMethods } from "../../../shared/protocol/methods/browser.ts";
import { advice } from "../../../shared/remedy.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { keyRules, mainSessionKey } from "../../assistant/session-key.ts";
import { implement, type Method } from "../rpc/implement.ts";

/** What the handler stands on. */
export interface BrowserMethodPlace {
  assistant: Pick<Assistant, "invokeTool">;
  config: () => GatewayConfig;
}

type Fields = Readonly<Record<string, unknown>>;

export function browserHandlers({ assistant, config }: BrowserMethodPlace): Method[] {
  return implement(browserMethods, {
    "browser.request": async ({ method, path, query = {}, body = {}, timeoutMs }, { signal }) => {
      const args = argumentsFor(method, path, { ...query, ...body });
      if (kindOf(args) === "evaluate" && config().browser?.evaluateEnabled !== true)
        throw new RequestError(
          "BROWSER_FAILED",
          advice`Code runs in pages this way only with browser.evaluateEnabled`,
        );
      const limits = timeoutMs === undefined ? [signal] : [signal, AbortSignal.timeout(timeoutMs)];
      const agentId = defaultAgentId(config());
      const invocation = {
        name: "browser",
        args: () => args,
        sessionKey: mainSessionKey(keyRules(config())),
        agentId,
      };
      const result = await assistant.invokeTool(invocation, AbortSignal.any(limits)).catch(failed);
      if (result === undefined)
        throw new UnavailableError(
          "BROWSER_UNAVAILABLE",
          advice`Agents have no browser here: browser.enabled or tools takes it away`,
        );
      const text = result.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
      return { ...(result.details as Fields | undefined), text: text.trim() };
    },
  });
}

const ROUTES: Readonly<Record<string, string>> = {
  "GET /": "status",
  "GET /profiles": "profiles",
  "GET /tabs": "tabs",
  "GET /snapshot": "snapshot",
  "GET /console": "console",
  "POST /start": "start",
  "POST /stop": "stop",
  "POST /tabs/open": "open",
  "POST /tabs/focus": "focus",
  "POST /navigate": "navigate",
  "POST /screenshot": "screenshot",
  "POST /pdf": "pdf",
  "POST /act": "act",
  "POST /hooks/dialog": "dialog",
};

/** What the tool is called with. The original's clients write `url` for where a tab goes. */
function argumentsFor(method: string, path: string, { url, ...fields }: Fields): Fields {
  const closing = method === "DELETE" ? /^\/tabs\/([\w-]{1,64})$/.exec(path)?.[1] : undefined;
  if (closing !== undefined) return { ...fields, action: "close", targetId: closing };
  const action = ROUTES[`${method} ${path}`];
  if (action === undefined)
    throw new RequestError("PARAMS_INVALID", advice`The browser is not asked by ${method} ${quoted(path)}`);
  return { ...fields, ...(url === undefined ? {} : { targetUrl: url }), action };
}

function kindOf({ kind, request }: Fields): unknown {
  const inner = typeof request === "object" && request !== null ? (request as Fields).kind : undefined;
  return inner ?? kind;
}

function failed(error: unknown): never {
  throw error instanceof CodedError ? error : new UnavailableError("BROWSER_FAILED", errorText(error));
}
