/** The least that `ws` needs to ask: connects, sends one message, ends with the answer. */
import { WebSocket } from "ws";

const socket = new WebSocket(`ws://127.0.0.1:${process.argv[2]}`, { perMessageDeflate: false });
socket.on("open", () => socket.send("hello"));
socket.on("message", () => socket.close());
