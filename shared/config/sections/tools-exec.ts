/** `tools.exec`: command lines of the agents. */
import * as z from "zod";
import { key } from "../key.ts";
import { words } from "../meanings.ts";

export const ToolsExec = z.looseObject({
  host: key(z.enum(["gateway", "sandbox", "node"]).optional(), {
    en: "Where commands run that no sandbox holds: `gateway`. With `sandbox` they are refused outside of one, with `node` always. What `sandbox.mode` puts into a sandbox runs there, whatever this says.",
    de: "Wo Befehle laufen, die in keiner Sandbox sind: `gateway`. Bei `sandbox` werden sie außerhalb einer Sandbox abgelehnt, bei `node` immer. Was `sandbox.mode` in eine Sandbox setzt, läuft darin, was auch immer hier steht.",
  }),
  security: key(z.enum(["deny", "allowlist", "full"]).optional(), {
    en: "Which commands run: `deny` none, `allowlist` what only looks and what you allowed, `full` all. The stricter one of this and exec-approvals.json counts.",
    de: "Welche Befehle laufen: bei `deny` keine, bei `allowlist` was nur nachsieht und was Sie erlaubt haben, bei `full` alle. Es gilt das Strengere von hier und exec-approvals.json.",
  }),
  ask: key(z.enum(["off", "on-miss", "always"]).optional(), {
    en: "When you are asked: `on-miss` where a command is not allowed yet, `always` each time, `off` never, and then nothing else runs.",
    de: "Wann Sie gefragt werden: bei `on-miss` vor Befehlen, die noch nicht erlaubt sind, bei `always` jedes Mal, bei `off` nie, und dann läuft sonst nichts.",
  }),
  approvalTimeoutSec: key(z.int().min(5).max(86_400).optional(), {
    en: "How long a command waits for your answer, in seconds.",
    de: "Wie lange ein Befehl auf Ihre Antwort wartet, in Sekunden.",
  }),
  timeoutSec: key(z.int().min(1).max(86_400).optional(), {
    en: "How long a command may run, in seconds.",
    de: "Wie lange ein Befehl laufen darf, in Sekunden.",
  }),
  backgroundMs: key(z.int().min(10).max(120_000).optional(), {
    en: "How long the agent waits for a command before it goes on beside it, in ms.",
    de: "Wie lange der Agent auf einen Befehl wartet, bevor er daneben weitermacht, in ms.",
  }),
  cleanupMs: key(z.int().min(60_000).max(10_800_000).optional(), {
    en: "How long the output of a command that has ended is kept, in ms.",
    de: "Wie lange die Ausgabe eines beendeten Befehls behalten wird, in ms.",
  }),
  notifyOnExit: key(z.boolean().optional(), {
    en: "Whether the conversation is told when a command that went on beside it has ended.",
    de: "Ob das Gespräch erfährt, dass ein Befehl geendet hat, der daneben weiterlief.",
  }),
  pathPrepend: key(z.array(words(4_000)).max(100).optional(), {
    en: "Directories in which programs are looked for first.",
    de: "Verzeichnisse, in denen Programme zuerst gesucht werden.",
  }),
  safeBins: key(z.array(words(100)).max(200).optional(), {
    en: "Programs that may run without a question as long as they read only what they are given: no options, no files.",
    de: "Programme, die ohne Frage laufen dürfen, solange sie nur lesen, was ihnen gegeben wird: keine Optionen, keine Dateien.",
  }),
});
