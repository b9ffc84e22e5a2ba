/** Every tool, and which of them a turn is offered. A new tool is a folder beside this and a line here. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { Turn } from "../../base/store/session-store.ts";
import type { Model } from "../models/model.ts";
import { resultReader } from "../results/kept-results.ts";
import { sandboxOf } from "../sandbox/settings.ts";
import { isSharedTurn } from "../session-key.ts";
import { skillReader } from "../skills/skill-reader.ts";
import { agentsList } from "./agents-list/tool.ts";
import { applyPatchTool } from "./apply-patch/tool.ts";
import { browserTool } from "./browser/tool.ts";
import { cron } from "./cron/tool.ts";
import { editTool } from "./edit/tool.ts";
import type { Hands } from "./exec/hands.ts";
import { execTool } from "./exec/tool.ts";
import { TurnFiles } from "./files/turn-files.ts";
import { imageTool } from "./image/tool.ts";
import { memoryGet } from "./memory-get/tool.ts";
import { memorySearch } from "./memory-search/tool.ts";
import { messageTool } from "./message/tool.ts";
import { nodesTool } from "./nodes/tool.ts";
import { offeredTools, type PolicyTurn, unknownAllowLists } from "./policy/policy.ts";
import { processTool } from "./process/tool.ts";
import { readTool } from "./read/tool.ts";
import { sessionStatus } from "./session-status/tool.ts";
import { sessionsHistory } from "./sessions-history/tool.ts";
import { sessionsList } from "./sessions-list/tool.ts";
import { sessionsSend } from "./sessions-send/tool.ts";
import { sessionsSpawn } from "./sessions-spawn/tool.ts";
import type { Tool, ToolPlace } from "./tool.ts";
import { webFetch } from "./web-fetch/tool.ts";
import { webSearch } from "./web-search/tool.ts";
import { writeTool } from "./write/tool.ts";

export function allTools(place: ToolPlace, hands: Hands): readonly Tool[] {
  const { nodes, media, messages } = place;
  const files = new TurnFiles(place);
  const read = readTool(files, FILE_PATHS, {
    results: resultReader(place.store),
    skills: (...asked) => skillReader(place.skills, place.paths.home)(...asked),
  });
  const fetch = webFetch(place);
  return [
    read,
    writeTool(files, FILE_PATHS),
    editTool(files, FILE_PATHS),
    applyPatchTool(files, place.config),
    fetch,
    webSearch(place),
    imageTool({
      ...place,
      files,
      mayUse: (name, turn) => toolsFor(place, { turn }, [read, fetch]).some((each) => each.name === name),
    }),
    sessionStatus(place),
    memorySearch(place),
    memoryGet(place),
    sessionsList(place),
    sessionsHistory(place),
    sessionsSend(place),
    sessionsSpawn(place),
    agentsList(place),
    cron(place),
    execTool(hands),
    processTool(hands),
    browserTool({ ...place, files }),
    ...(messages === undefined ? [] : [messageTool(place, messages)]),
    ...(nodes === undefined ? [] : [nodesTool(nodes, media)]),
  ];
}

const FILE_PATHS = "Paths begin at the work directory.";

/** What decides about tools. */
export interface OfferPlace {
  config: () => GatewayConfig;
  log: Logger;
}

/** The tools that the turn may use with the model: what it may not is not in the request at all. `model` is missing where none asks. */
export function toolsFor(
  { config, log }: OfferPlace,
  { turn, model }: { turn: Turn; model?: Pick<Model, "provider" | "id"> | undefined },
  tools: readonly Tool[],
): readonly Tool[] {
  const current = config();
  tellUnknown(current, log);
  const isSandboxed = sandboxOf(current, turn) !== undefined;
  return offeredTools(current, { ...policyTurn(turn, model), isSandboxed }, tools).filter(
    ({ isFor }) => isFor === undefined || isFor(turn, model),
  );
}

function policyTurn(turn: Turn, model: PolicyTurn["model"]): PolicyTurn {
  const { sessionKey, route, principal, authority, agentId, origin } = turn;
  return {
    authority,
    agentId,
    model,
    sender: principal.slice(principal.indexOf(":") + 1),
    isShared: isSharedTurn(turn),
    group:
      route === undefined || route.chat.kind === "dm"
        ? undefined
        : { channel: route.channel, account: route.account, id: route.chat.id },
    isSubagent: origin === "subagent" || /:subagent:/.test(sessionKey),
  };
}

/** Once for each such configuration. */
function tellUnknown(config: GatewayConfig, log: Logger): void {
  const lists = unknownAllowLists(config)
    .map(({ path, names }) => `${path}: ${names.join(", ")}`)
    .join("; ");
  const before = TOLD.get(log) ?? "";
  TOLD.set(log, lists);
  if (lists !== "" && lists !== before)
    log.warn({ lists }, "lists of allowed tools name no tool that there is, and are passed over");
}

const TOLD = new WeakMap<Logger, string>();
