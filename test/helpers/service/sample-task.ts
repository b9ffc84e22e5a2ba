import type { TaskDefinition } from "../../../sidecar/host/service/schtasks/task-xml.ts";

/** A task as the installation makes it. */
export const TASK: TaskDefinition = {
  description: "Clawdbot Gateway (v1)",
  user: "S-1-5-21-1-2-3-1001",
  action: {
    command: "C:\\Windows\\System32\\wscript.exe",
    arguments: '//B //Nologo "C:\\Users\\Jürgen & Co\\.clawdbot\\gateway.vbs"',
    workingDirectory: "",
  },
  atLogon: true,
};
