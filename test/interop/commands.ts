/** What the original's command line is asked, a line each, and what its output has to hold. */

export interface PeerCommand {
  words: string;
  expects: RegExp;
}

export const COMMANDS: readonly PeerCommand[] = [
  { words: "gateway health", expects: /Gateway Health/ },
  { words: "gateway health --json", expects: /"ok": true/ },
  { words: "gateway status --json", expects: /"rpc"/ },
  { words: "gateway probe --json", expects: /"ok": true/ },
  { words: "gateway call health", expects: /"channels"/ },
  { words: "gateway call status", expects: /"sessions"/ },
  { words: "gateway call system-presence", expects: /"host"/ },
  { words: "gateway call sessions.list", expects: /"sessions"/ },
  { words: "gateway call models.list", expects: /"models"/ },
  { words: "gateway call channels.status", expects: /"channel/ },
  { words: "gateway call config.get", expects: /"hash"/ },
  { words: "gateway call agents.list", expects: /"agents"/ },
  { words: "gateway call agent.identity.get", expects: /"avatar"/ },
  { words: "gateway call usage.cost", expects: /"totals"/ },
  { words: "gateway call last-heartbeat", expects: /./ },
  { words: "health --json", expects: /"ok"/ },
  { words: "status --json", expects: /"gateway"/ },
  { words: "devices list", expects: /./ },
  { words: "channels status", expects: /./ },
  { words: "system presence", expects: /"host"/ },
  { words: "logs --limit 5", expects: /./ },
  { words: "agent --agent main --message hello", expects: /hello/ },
  { words: "sessions --json", expects: /./ },
  { words: "gateway call cron.list", expects: /"jobs"/ },
  { words: "cron list", expects: /./ },
  { words: "cron status", expects: /"enabled"/ },
  {
    words: "cron add --name probe --every 1h --system-event ping --session main",
    expects: /"id"/,
  },
  { words: "cron list --json", expects: /probe/ },
  { words: "system event --text hi", expects: /ok/ },
  { words: "gateway call node.list", expects: /"nodes"/ },
  { words: "nodes list", expects: /./ },
  { words: "nodes status", expects: /./ },
  { words: "gateway call skills.status", expects: /"skills"/ },
  { words: "approvals get", expects: /./ },
];
