/**
 * The least that `ws` needs to serve: echoes every message. One that begins with `F` goes to all other clients first. One that begins with
 * `S` is an address of a model, of whose stream every piece goes to all clients, with the whole text as the protocol has it.
 */
import { WebSocketServer } from "ws";

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
});

server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const text = data.toString();
    if (text.startsWith("S")) return void passOn(text.slice(1));
    if (!text.startsWith("F")) return socket.send(text);
    for (const client of server.clients) if (client !== socket) client.send(text);
    socket.send("done");
  });
});

async function passOn(url) {
  const { body } = await fetch(url, { method: "POST", body: "{}" });
  let rest = "";
  let text = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      if (event === "data: [DONE]") continue;
      const [{ delta }] = JSON.parse(event.slice("data: ".length)).choices;
      if (delta.content === undefined) continue;
      text += delta.content;
      const message = JSON.stringify({
        type: "event",
        event: "agent",
        payload: { text, delta: delta.content },
      });
      for (const client of server.clients) client.send(message);
    }
  }
}
