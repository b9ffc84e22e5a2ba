/** The least that `ws` needs to serve: echoes every message. One that begins with `F` goes to all other clients first. */
import { WebSocketServer } from "ws";

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
});

server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const text = data.toString();
    if (!text.startsWith("F")) return socket.send(text);
    for (const client of server.clients) if (client !== socket) client.send(text);
    socket.send("done");
  });
});
