/** The one list of all method families with what they need. */

import type { Clock } from "../../../shared/clock.ts";
import { defaultAgentId } from "../../../shared/config/agents.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import type { WorkspacePaths } from "../../assistant/workspace/place.ts";
import type { ConfigPlace } from "../../base/config/config-file.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { ChannelDoor } from "../../channels/door.ts";
import type { PairingAnnouncer } from "../auth/authenticate.ts";
import type { LinkCodes } from "../auth/link-codes.ts";
import type { PairingStore } from "../auth/pairing-store.ts";
import type { HealthMonitor, HealthSource } from "../health-monitor.ts";
import type { NodeDoor } from "../nodes/node-door.ts";
import type { PresenceList } from "../presence-list.ts";
import type { Method } from "../rpc/implement.ts";
import { agentHandlers } from "./agent.ts";
import { browserHandlers } from "./browser.ts";
import { channelsHandlers } from "./channels.ts";
import { chatHandlers } from "./chat.ts";
import type { ChatCommands } from "./chat-commands.ts";
import { chatPageHandlers } from "./chat-page.ts";
import { chatQueueHandlers } from "./chat-queue.ts";
import { commandsHandlers } from "./commands.ts";
import { configHandlers } from "./config.ts";
import { cronHandlers } from "./cron.ts";
import { dashboardHandlers } from "./dashboard.ts";
import { devicesHandlers } from "./devices.ts";
import { execApprovalsHandlers } from "./exec-approvals.ts";
import { healthHandlers } from "./health.ts";
import { lifecycleHandlers, type Stoppable } from "./lifecycle.ts";
import { logsHandlers } from "./logs.ts";
import { modelsHandlers } from "./models.ts";
import { nodesHandlers } from "./nodes.ts";
import { presenceHandlers } from "./presence.ts";
import { sendHandlers } from "./send.ts";
import { sessionsHandlers } from "./sessions.ts";
import { skillsHandlers } from "./skills.ts";
import { usageHandlers } from "./usage.ts";
import { type VoicePlace, voiceHandlers } from "./voice.ts";

/** The parts of the gateway that methods act on. */
export interface Parts {
  bus: EventBus;
  health: HealthMonitor;
  presence: PresenceList;
  pairing: PairingStore;
  announce: PairingAnnouncer;
  links: LinkCodes;
  nodes: NodeDoor;
  clientOf: VoicePlace["clientOf"];
  clock: Clock;
  assistant: Assistant;
  channels: ChannelDoor;
  commands: ChatCommands;
}

/** Where the files are, and how to stop. */
export interface MethodDeps {
  /** Holds the configuration in force; a reload replaces it there. */
  source: HealthSource;
  config: ConfigPlace;
  /** Tells clients that the configuration file is another one. */
  configChanged: (hash: string) => void;
  logFile: string;
  paths: WorkspacePaths;
  process: Stoppable;
}

export function allMethods(parts: Parts, around: MethodDeps): Method[] {
  const { assistant, bus, clock, commands } = parts;
  const place = { assistant, bus, clock, config: around.source.config };
  return [
    ...healthHandlers(parts.health, around.source, () => assistant.waitingEvents()),
    ...logsHandlers(around.logFile),
    ...channelsHandlers({
      channels: parts.channels,
      store: () => assistant.store(),
      config: around.source.config,
      file: around.config,
      clock,
    }),
    ...sendHandlers({ ...place, channels: parts.channels }),
    ...configHandlers({
      ...place,
      file: around.config,
      process: around.process,
      changed: around.configChanged,
    }),
    ...devicesHandlers(parts.pairing, parts.announce),
    ...nodesHandlers({ ...place, nodes: parts.nodes }),
    ...voiceHandlers(parts),
    ...dashboardHandlers(parts.links, parts.clock),
    ...sessionsHandlers(place),
    ...presenceHandlers(parts.presence, { ...place, agentId: () => defaultAgentId(place.config()) }),
    ...modelsHandlers(place),
    ...agentHandlers({ ...place, commands, paths: around.paths }),
    ...chatHandlers({ ...place, commands }),
    ...chatPageHandlers(place),
    ...chatQueueHandlers(place),
    ...commandsHandlers(commands),
    ...skillsHandlers({ ...place, file: around.config, changed: around.configChanged }),
    ...browserHandlers(place),
    ...usageHandlers(place),
    ...cronHandlers(place),
    ...execApprovalsHandlers(place),
    ...lifecycleHandlers(around.process),
  ];
}
