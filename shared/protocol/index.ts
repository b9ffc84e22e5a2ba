/** The one list that names all method families. */
import type { z } from "zod";
import { agentMethods } from "./methods/agent.ts";
import { browserMethods } from "./methods/browser.ts";
import { channelsMethods } from "./methods/channels.ts";
import { chatMethods } from "./methods/chat.ts";
import { chatPageMethods } from "./methods/chat-page.ts";
import { chatQueueMethods } from "./methods/chat-queue.ts";
import { commandsMethods } from "./methods/commands.ts";
import { configMethods } from "./methods/config.ts";
import { cronMethods } from "./methods/cron.ts";
import { dashboardMethods } from "./methods/dashboard.ts";
import { devicesMethods } from "./methods/devices.ts";
import { execApprovalsMethods } from "./methods/exec-approvals.ts";
import { healthMethods } from "./methods/health.ts";
import { lifecycleMethods } from "./methods/lifecycle.ts";
import { logsMethods } from "./methods/logs.ts";
import { modelsMethods } from "./methods/models.ts";
import { nodesMethods } from "./methods/nodes.ts";
import { presenceMethods } from "./methods/presence.ts";
import { sendMethods } from "./methods/send.ts";
import { sessionsMethods } from "./methods/sessions.ts";
import { skillsMethods } from "./methods/skills.ts";
import { usageMethods } from "./methods/usage.ts";
import { voiceMethods } from "./methods/voice.ts";

export const gatewayMethods = {
  ...healthMethods,
  ...logsMethods,
  ...channelsMethods,
  ...sendMethods,
  ...configMethods,
  ...devicesMethods,
  ...nodesMethods,
  ...voiceMethods,
  ...dashboardMethods,
  ...sessionsMethods,
  ...presenceMethods,
  ...modelsMethods,
  ...agentMethods,
  ...chatMethods,
  ...chatPageMethods,
  ...chatQueueMethods,
  ...commandsMethods,
  ...skillsMethods,
  ...browserMethods,
  ...usageMethods,
  ...cronMethods,
  ...execApprovalsMethods,
  ...lifecycleMethods,
};

export type MethodName = keyof typeof gatewayMethods;
/** What a client passes to a method. */
export type MethodParams<M extends MethodName> = z.input<(typeof gatewayMethods)[M]["params"]>;
/** What a client gets back. */
export type MethodResult<M extends MethodName> = z.output<(typeof gatewayMethods)[M]["result"]>;
