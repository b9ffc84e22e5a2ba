/** `mcp`: servers of the Model Context Protocol, whose tools agents may use. */
import * as z from "zod";
import { key } from "../key.ts";
import { checked, meaning, words as text } from "../meanings.ts";

const words = (most: number) => text(most, 1);

const McpServer = z
  .looseObject({
    enabled: key(z.boolean().optional(), { en: "Whether it is used.", de: "Ob er benutzt wird." }),
    command: key(words(1_000).optional(), {
      en: "The program that is started for it.",
      de: "Das Programm, das dafür gestartet wird.",
    }),
    args: key(z.array(text(10_000)).max(200).optional(), {
      en: "What it is started with.",
      de: "Womit es gestartet wird.",
    }),
    env: key(z.record(words(200), meaning("secret", text(100_000))).optional(), {
      en: "Variables for it alone.",
      de: "Variablen nur für dieses Programm.",
    }),
    cwd: key(words(1_000).optional(), { en: "Where it is started.", de: "Wo es gestartet wird." }),
    url: key(checked("webAddress", 2_000).optional(), {
      en: "Its address, where it is one of the network (streamable HTTP).",
      de: "Seine Adresse, wenn er einer im Netz ist (Streamable HTTP).",
    }),
    headers: key(z.record(words(200), meaning("secret", text(10_000))).optional(), {
      en: "What is sent along with every request, such as `Authorization`.",
      de: "Was jeder Anfrage mitgegeben wird, etwa `Authorization`.",
    }),
    ask: key(z.boolean().optional(), {
      en: "Whether you are asked before a tool is called that does not say that it only looks.",
      de: "Ob Sie gefragt werden, bevor ein Werkzeug aufgerufen wird, das nicht sagt, dass es nur nachsieht.",
    }),
    timeoutSeconds: key(z.int().min(1).max(3_600).optional(), {
      en: "How long one call may take, in seconds.",
      de: "Wie lange ein Aufruf dauern darf, in Sekunden.",
    }),
  })
  .refine(({ command, url }) => (command === undefined) !== (url === undefined), {
    error: "needs either command or url; give one of them",
  });
export type McpServer = z.infer<typeof McpServer>;

export const Mcp = z.looseObject({
  servers: key(
    z
      .record(
        meaning("words", words(32).regex(/^[a-zA-Z0-9_-]+$/, "must be of letters, digits, - and _ alone")),
        McpServer,
      )
      .optional(),
    {
      en: "Each by a name, which its tools begin with.",
      de: "Jeder unter einem Namen, mit dem seine Werkzeuge beginnen.",
    },
  ),
});
