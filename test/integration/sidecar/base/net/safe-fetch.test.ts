/** Ways by which a request would reach this machine. The verdict is a listener on it that counts connections. */
import { once } from "node:events";
import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, createServer as createTcp, type Server as TcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { systemClock } from "../../../../../shared/clock.ts";
import type { ResolveName } from "../../../../../sidecar/base/net/reachable.ts";
import { safeFetch, type WebAnswer, type WebRequest } from "../../../../../sidecar/base/net/safe-fetch.ts";

const PORTS = [8080, 8443, 80];
/** Global unicast that nobody was given. */
const NOWHERE = { address: "2d00::1", family: 6 };

/** A listener at an address of loopback, at a port that pages are read at, so that nothing but the address speaks against it. */
class Canary {
  count = 0;
  #server: TcpServer;

  private constructor(server: TcpServer) {
    this.#server = server;
  }

  static async listen(): Promise<Canary> {
    const bytes = [
      127,
      1 + Math.floor(Math.random() * 250),
      Math.floor(Math.random() * 250),
      1 + (process.pid % 250),
    ];
    for (const port of PORTS) {
      const server = createTcp();
      const canary = new Canary(server);
      server.on("connection", (socket) => {
        canary.count += 1;
        socket.on("error", () => {});
        socket.resume();
        socket.end("HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\ncanary");
      });
      server.listen(port, bytes.join("."));
      const isThere = await Promise.race([
        once(server, "listening").then(() => true),
        once(server, "error").then(() => false),
      ]);
      if (isThere) return canary;
    }
    throw new Error("no port for the listener");
  }

  get host(): string {
    return (this.#server.address() as AddressInfo).address;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get number(): number {
    return this.host.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  }

  async stop(): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }
}

async function serve(answer: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createHttp(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

async function ended(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}

const asked = (request: Partial<WebRequest> & { url: string }, resolve?: ResolveName): Promise<WebAnswer> =>
  safeFetch(
    { clock: systemClock, ...(resolve !== undefined && { resolve }) },
    {
      maxBytes: 100_000,
      timeoutMs: 20_000,
      maxRedirects: 3,
      signal: new AbortController().signal,
      ...request,
    },
  );

interface Attempt {
  title: string;
  url: (canary: Canary) => string;
  /** The addresses of names, by how often they were asked for; those of the listener without it. */
  names?: (canary: Canary, times: number) => { address: string; family: number }[];
  /** The host that the guard has to be lifted for; the listener's address without it. */
  host?: string;
  /** Where the first server sends it; then `url` is not asked for. */
  location?: (canary: Canary) => string;
  status?: number;
}

const at = (write: (canary: Canary) => string) => (canary: Canary) =>
  `http://${write(canary)}:${canary.port}/`;
const octal = (byte: string) => `0${Number(byte).toString(8)}`;
const hex = (byte: string) => `0x${Number(byte).toString(16)}`;
const bytesOf = ({ host }: Canary) => host.split(".");
const mapped = ({ number }: Canary) =>
  `::ffff:${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
const wide = (text: string) => text.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
const ADDRESS = at(({ host }) => host);

const ATTEMPTS: readonly Attempt[] = [
  { title: "the address itself", url: ADDRESS },
  { title: "its number", url: at(({ number }) => String(number)) },
  { title: "its number in hex", url: at(({ number }) => `0x${number.toString(16)}`) },
  { title: "its number in octal", url: at(({ number }) => `0${number.toString(8)}`) },
  { title: "octal bytes", url: at((canary) => bytesOf(canary).map(octal).join(".")) },
  { title: "hex bytes", url: at((canary) => bytesOf(canary).map(hex).join(".")) },
  {
    title: "bytes of each kind",
    url: at((canary) =>
      bytesOf(canary)
        .map((byte, index) => (index % 2 ? hex : octal)(byte))
        .join("."),
    ),
  },
  { title: "two parts", url: at(({ number }) => `127.${number & 0xffffff}`) },
  { title: "three parts", url: at((canary) => `127.${bytesOf(canary)[1]}.${canary.number & 0xffff}`) },
  { title: "a dot at the end", url: at(({ host }) => `${host}.`) },
  { title: "mapped into IPv6", url: at(({ host }) => `[::ffff:${host}]`), host: "mapped" },
  { title: "mapped into IPv6, in hex", url: at((canary) => `[${mapped(canary)}]`), host: "mapped" },
  { title: "digits of another writing", url: at(({ host }) => wide(host)) },
  { title: "an escaped address", url: at(({ host }) => host.replace("1", "%31")) },
  { title: "behind an account", url: at(({ host }) => `example.org@${host}`) },
  { title: "behind an account with a password", url: at(({ host }) => `example.org:80@${host}`) },
  { title: "behind an escaped account", url: at(({ host }) => `example.org%2f@${host}`) },
  { title: "one slash", url: ({ host, port }) => `http:/${host}:${port}/` },
  { title: "no slash", url: ({ host, port }) => `http:${host}:${port}/` },
  { title: "backslashes", url: ({ host, port }) => `http:\\\\${host}:${port}\\` },
  {
    title: "a tab and a line break within",
    url: ({ host, port }) => `ht\ttp://${host.replace(".", ".\n")}:${port}/`,
  },
  { title: "capitals", url: ({ host, port }) => `HTTP://${host}:${port}/` },
  { title: "a name that leads there", url: at(() => "pages.example"), host: "pages.example" },
  { title: "a name of this machine", url: at(() => "x.localhost"), host: "x.localhost" },
  { title: "a name of a cloud", url: at(() => "metadata.google.internal"), host: "metadata.google.internal" },
  {
    title: "a name that leads there by a mapped address",
    url: at(() => "pages.example"),
    host: "pages.example",
    names: (canary) => [{ address: mapped(canary), family: 6 }],
  },
  { title: "a redirection", url: ADDRESS, location: ADDRESS },
  { title: "a lasting redirection", url: ADDRESS, location: ADDRESS, status: 308 },
  { title: "a redirection by another one's method", url: ADDRESS, location: ADDRESS, status: 303 },
  {
    title: "a redirection without a scheme",
    url: ADDRESS,
    location: ({ host, port }) => `//${host}:${port}/`,
  },
  {
    title: "a redirection behind an account",
    url: ADDRESS,
    location: ({ host, port }) => `http://example.org@${host}:${port}/`,
  },
  {
    title: "a redirection to a name",
    url: ADDRESS,
    host: "pages.example",
    location: at(() => "pages.example"),
  },
  { title: "a redirection to a number", url: ADDRESS, location: at(({ number }) => String(number)) },
];

test.describe("a request to an address that somebody else chose", () => {
  for (const { title, url, names, host, location, status = 302 } of ATTEMPTS) {
    test(`does not reach this machine by ${title}`, async () => {
      const canary = await Canary.listen();
      const sent = await serve((_request, response) => {
        response.writeHead(status, { location: location?.(canary) ?? "" }).end();
      });
      const first = `127.0.0.1:${sent.port}`;
      const start = location === undefined ? url(canary) : `http://${first}/`;
      let times = 0;
      const resolve: ResolveName = async () => {
        times += 1;
        return names?.(canary, times) ?? [{ address: canary.host, family: 4 }];
      };
      const lifted = host === "mapped" ? `[${mapped(canary)}]` : (host ?? canary.host);
      try {
        await expect(asked({ url: start, allowHosts: [first] }, resolve)).rejects.toThrow();
        expect(canary.count).toBe(0);

        // Whoever lifts the guard for that host gets there.
        await asked({ url: start, allowHosts: [first, lifted] }, resolve);
        expect(canary.count).toBe(1);
      } finally {
        await ended(sent.server);
        await canary.stop();
      }
    });
  }

  test("case 49: goes to the address that was looked at, though the name leads elsewhere a moment later", async () => {
    const canary = await Canary.listen();
    let times = 0;
    const rebinding: ResolveName = async () => {
      times += 1;
      return [times === 1 ? NOWHERE : { address: canary.host, family: 4 }];
    };
    try {
      const url = `http://pages.example:${canary.port}/`;
      await expect(asked({ url, timeoutMs: 2_000 }, rebinding)).rejects.toThrow();
      expect(times).toBe(1);
      expect(canary.count).toBe(0);

      // Asked for once more, as by whoever looks first and connects then.
      await asked({ url, allowHosts: ["pages.example"] }, rebinding);
      expect(canary.count).toBe(1);
    } finally {
      await canary.stop();
    }
  });

  test("leaves out those of a name's addresses that are private", async () => {
    const canary = await Canary.listen();
    const both: ResolveName = async () => [{ address: canary.host, family: 4 }, NOWHERE];
    try {
      const url = `http://pages.example:${canary.port}/`;
      await expect(asked({ url, timeoutMs: 2_000 }, both)).rejects.toThrow();
      expect(canary.count).toBe(0);
      await asked({ url, allowHosts: ["pages.example"] }, both);
      expect(canary.count).toBe(1);
    } finally {
      await canary.stop();
    }
  });
});

test.describe("what a request brings", () => {
  const withServer = async (
    answer: RequestListener,
    use: (url: string, allowHosts: string[]) => Promise<void>,
  ) => {
    const { server, port } = await serve(answer);
    try {
      await use(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`]);
    } finally {
      await ended(server);
    }
  };

  test("is counted unpacked, and cut: a small file that becomes a large one does not", async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    await withServer(
      (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
      async (url, allowHosts) => {
        const before = process.memoryUsage().rss;
        const answer = await asked({ url, allowHosts });

        expect(bomb.length).toBeLessThan(250_000);
        expect(answer.body.length).toBe(100_000);
        expect(answer.isCut).toBe(true);
        expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
        const larger = await asked({ url, allowHosts, maxBytes: 1_000_000 });
        expect(larger.body.length).toBe(1_000_000);
      },
    );
  });

  test("is not unpacked twice, nor in ways that nobody knows", async () => {
    for (const encoding of ["gzip, gzip", "compress", "zstd"])
      await withServer(
        (_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(gzipSync("x")),
        async (url, allowHosts) => {
          await expect(asked({ url, allowHosts })).rejects.toThrow("packed in a way");
        },
      );
  });

  test("is cut where it has no end", async () => {
    const isClosed = Promise.withResolvers<void>();
    await withServer(
      (_request, response) => {
        response.on("close", isClosed.resolve);
        const more = () => {
          if (!response.destroyed && response.write("x".repeat(50_000))) setImmediate(more);
          else response.once("drain", more);
        };
        response.writeHead(200);
        more();
      },
      async (url, allowHosts) => {
        const answer = await asked({ url, allowHosts });
        expect(answer.body.length).toBe(100_000);
        await isClosed.promise;
      },
    );
  });

  for (const [what, begin] of [
    ["its head", () => {}],
    ["its body", (response: ServerResponse) => response.writeHead(200).write("a")],
  ] as const)
    test(`is given up where ${what} takes too long, and the connection with it`, async () => {
      const isClosed = Promise.withResolvers<void>();
      await withServer(
        (_request, response) => {
          response.on("close", isClosed.resolve);
          begin(response);
        },
        async (url, allowHosts) => {
          await expect(asked({ url, allowHosts, timeoutMs: 300 })).rejects.toThrow("took longer than");
          await isClosed.promise;
        },
      );
    });

  test("is given up where nobody wants it any more", async () => {
    const stop = new AbortController();
    await withServer(
      () => stop.abort(new Error("stopped")),
      async (url, allowHosts) => {
        await expect(asked({ url, allowHosts, signal: stop.signal })).rejects.toThrow("stopped");
      },
    );
  });

  test("comes without an account, a cookie, or what was for another host", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const second = await serve((request, response) => {
      seen.push(request.headers);
      response.end("there");
    });
    await withServer(
      (request, response) => {
        seen.push(request.headers);
        const location = `http://me:secret@127.0.0.1:${second.port}/`;
        response.writeHead(302, { location, "set-cookie": "id=1" }).end();
      },
      async (url, allowHosts) => {
        const answer = await asked({
          url: url.replace("//", "//user:password@"),
          headers: { "x-token": "mine", "user-agent": "test" },
          allowHosts: [...allowHosts, `127.0.0.1:${second.port}`],
        });

        expect(answer.body.toString()).toBe("there");
        expect(answer.url).toBe(`http://127.0.0.1:${second.port}/`);
        expect(seen.map(({ authorization, cookie }) => [authorization, cookie])).toEqual([
          [undefined, undefined],
          [undefined, undefined],
        ]);
        expect(seen.map((headers) => [headers["x-token"], headers["user-agent"]])).toEqual([
          ["mine", "test"],
          [undefined, "test"],
        ]);
      },
    );
    await ended(second.server);
  });

  test("is followed through three redirections, and not through a fourth", async () => {
    await withServer(
      ({ url = "" }, response) => {
        const left = Number(url.slice(1));
        if (left === 0) response.end("there");
        else response.writeHead(301, { location: `/${left - 1}` }).end();
      },
      async (url, allowHosts) => {
        expect((await asked({ url: `${url}3`, allowHosts })).body.toString()).toBe("there");
        await expect(asked({ url: `${url}4`, allowHosts })).rejects.toThrow("more than 3 times");
        await expect(asked({ url: `${url}1`, allowHosts, method: "POST", body: "x" })).rejects.toThrow(
          "sends elsewhere",
        );
      },
    );
  });
});
