/** Which addresses a bind mode means on this machine. */
import { createConnection } from "node:net";

/** Addresses in the order they are bound; failing on the first is fatal, on an alias only a warning. */
export interface BindPlan {
  primary: string;
  aliases: string[];
}

/** The loopback plan: 127.0.0.1, and ::1 where the machine has IPv6. Never anything wider. */
export const LOOPBACK: BindPlan = { primary: "127.0.0.1", aliases: ["::1"] };

/** Whether somebody accepts connections there. */
export function isListening(host: string, port: number, timeoutMs = 500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: timeoutMs });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}
