/** A command to a node and back: an operator asks, the gateway passes it on, the node answers at once. */
import { isRecord } from "../../shared/protocol/frame.ts";
import { connectWire } from "../helpers/gateway/wire-client.ts";
import { type Figure, median, percentile } from "./figure.ts";
import { type Program, startServer } from "./server.ts";

const WARM_UP = 200;
const ROUND_TRIPS = 2_000;

export async function measureNodes(ours: Program): Promise<Figure[]> {
  const server = await startServer(ours);
  try {
    const auth = { token: ours.token };
    const { client: operator } = await connectWire(server.port, { auth });
    const { client: node } = await connectWire(server.port, {
      client: { id: "node-host", version: "1", platform: "linux", mode: "node" },
      role: "node",
      auth,
      commands: ["system.which"],
    });
    let answered = 0;
    node.socket.on("message", (data) => {
      const frame: unknown = JSON.parse(String(data));
      if (!isRecord(frame) || frame.event !== "node.invoke.request" || !isRecord(frame.payload)) return;
      const params = { id: frame.payload.id, nodeId: "node-host", ok: true, payload: { bins: {} } };
      answered += 1;
      node.socket.send(
        JSON.stringify({ type: "req", id: `a${answered}`, method: "node.invoke.result", params }),
      );
    });
    const times: number[] = [];
    for (let index = -WARM_UP; index < ROUND_TRIPS; index += 1) {
      const order = { nodeId: "node-host", command: "system.which", params: { bins: [] } };
      const startedAt = performance.now();
      await operator.request("node.invoke", { ...order, idempotencyKey: `k${index}` });
      if (index >= 0) times.push(performance.now() - startedAt);
      node.unread.length = 0;
    }
    const note = `${ROUND_TRIPS} one after the other`;
    return [
      { name: "node.invoke: p50", unit: "ms", ours: median(times), note },
      { name: "node.invoke: p99", unit: "ms", ours: percentile(times, 99) },
    ];
  } finally {
    await server.stop();
  }
}
