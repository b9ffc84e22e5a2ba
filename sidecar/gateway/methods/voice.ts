/** `talk.mode` and `voicewake.*`: speech on the devices. */
import type { Clock } from "../../../shared/clock.ts";
import { UnavailableError } from "../../../shared/errors.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";
import { voiceMethods } from "../../../shared/protocol/methods/voice.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { NodeDoor } from "../nodes/node-door.ts";
import { implement, type Method } from "../rpc/implement.ts";

/** What the handlers stand on. */
export interface VoicePlace {
  nodes: NodeDoor;
  bus: EventBus;
  clock: Clock;
  /** What the client on the connection says it is. */
  clientOf: (connId: string) => ConnectParams["client"] | undefined;
}

export function voiceHandlers({ nodes, bus, clock, clientOf }: VoicePlace): Method[] {
  return implement(voiceMethods, {
    "talk.mode": ({ enabled, phase = null }, { connId }) => {
      const client = clientOf(connId);
      const isPage = client?.mode === "webchat" || client?.id === "webchat-ui";
      if (isPage && !nodes.registry.hasPhone)
        throw new UnavailableError("NOT_CONNECTED", "talk disabled: no connected iOS/Android nodes");
      const mode = { enabled, phase, ts: clock.now() };
      bus.publish("talk.mode", mode);
      return mode;
    },

    "voicewake.get": () => ({ triggers: nodes.wakeWords.get() }),

    "voicewake.set": ({ triggers: wanted }) => {
      const triggers = nodes.wakeWords.set(wanted);
      bus.publish("voicewake.changed", { triggers });
      return { triggers };
    },
  });
}
