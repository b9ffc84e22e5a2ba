/** `sandbox`: where commands and files of agents are kept apart from this machine. */
import * as z from "zod";
import { key } from "../key.ts";
import { words } from "../meanings.ts";
import { SANDBOX_ACCESS, SANDBOX_BACKENDS, SANDBOX_MODES, SANDBOX_SCOPES } from "../modes.ts";

const size = () => z.union([words(40, 1), z.number().positive()]).optional();

const container = () =>
  z.looseObject({
    image: key(words(500, 1).optional(), {
      en: "The image of `docker` and `podman`. It is never fetched: it has to be on this machine, with `/bin/sh` in it.",
      de: "Das Image für `docker` und `podman`. Es wird nie geladen: Es muss auf diesem Rechner sein und `/bin/sh` enthalten.",
    }),
    network: key(words(200).optional(), {
      en: "A sandbox has no network: whatever this says, it is `none`.",
      de: "Eine Sandbox hat kein Netz: Was auch immer hier steht, es gilt `none`.",
      notServed: {
        en: "a sandbox has no network, whatever this says",
        de: "eine Sandbox hat kein Netz, was auch immer hier steht",
      },
    }),
    readOnlyRoot: key(z.boolean().optional(), {
      en: "A sandbox cannot write to its system: whatever this says, it is true.",
      de: "Eine Sandbox kann ihr System nicht beschreiben: Was auch immer hier steht, es gilt true.",
      notServed: {
        en: "a sandbox cannot write to its system, whatever this says",
        de: "eine Sandbox kann ihr System nicht beschreiben, was auch immer hier steht",
      },
    }),
    binds: key(z.array(words(8_192, 1)).max(50).optional(), {
      en: "Further directories or files of this machine in the sandbox, as `source:target:ro` or `:rw`. What holds keys, sockets or the gateway's own state is refused.",
      de: "Weitere Verzeichnisse oder Dateien dieses Rechners in der Sandbox, als `quelle:ziel:ro` oder `:rw`. Was Schlüssel, Sockets oder den Zustand des Gateways enthält, wird abgelehnt.",
    }),
    env: key(z.record(words(200, 1), words(10_000)).optional(), {
      en: "Variables in the sandbox, besides language and time zone.",
      de: "Variablen in der Sandbox, neben Sprache und Zeitzone.",
    }),
    memory: key(size(), {
      en: "How much memory a command may take with `docker` and `podman`, such as `1g`.",
      de: "Wie viel Speicher ein Befehl mit `docker` und `podman` belegen darf, etwa `1g`.",
    }),
    cpus: key(z.number().positive().max(1_024).optional(), {
      en: "How many processors a command may use with `docker` and `podman`.",
      de: "Wie viele Prozessoren ein Befehl mit `docker` und `podman` nutzen darf.",
    }),
    pidsLimit: key(z.int().positive().optional(), {
      en: "How many processes a command may have with `docker` and `podman`.",
      de: "Wie viele Prozesse ein Befehl mit `docker` und `podman` haben darf.",
    }),
  });

/** Each place that has it has schemas of its own. */
export const sandbox = () =>
  key(
    z
      .looseObject({
        mode: key(z.enum(SANDBOX_MODES).optional(), {
          en: "Which conversations run in a sandbox: `off` none, `non-main` all but the agent's main one, `all`. Where it cannot be had nothing runs.",
          de: "Welche Gespräche in einer Sandbox laufen: bei `off` keines, bei `non-main` alle außer dem Hauptgespräch des Agenten, bei `all` alle. Wo es keine gibt, läuft nichts.",
        }),
        backend: key(z.enum(SANDBOX_BACKENDS).optional(), {
          en: "What makes the sandbox: `bubblewrap` (Linux), `docker` or `podman`.",
          de: "Womit die Sandbox gebildet wird: `bubblewrap` (Linux), `docker` oder `podman`.",
        }),
        scope: key(z.enum(SANDBOX_SCOPES).optional(), {
          en: "Who shares a work directory of the sandbox where `workspaceAccess` is `none`: each `session` has its own, each `agent`, or all of them one (`shared`).",
          de: "Wer sich bei `workspaceAccess: none` ein Arbeitsverzeichnis der Sandbox teilt: jede Sitzung hat ihr eigenes (`session`), jeder Agent (`agent`), oder alle haben eines (`shared`).",
        }),
        workspaceAccess: key(z.enum(SANDBOX_ACCESS).optional(), {
          en: "The agent's work directory in the sandbox: `none` puts an empty one in its place, which is kept; `ro` lets it be read, `rw` be changed, except for its `.git`, whose hooks would run outside.",
          de: "Das Arbeitsverzeichnis des Agenten in der Sandbox: bei `none` steht an seiner Stelle ein leeres, das erhalten bleibt; bei `ro` kann es gelesen, bei `rw` geändert werden, außer seinem `.git`, dessen Hooks außerhalb laufen würden.",
        }),
        docker: key(container().optional(), {
          en: "The inside of the sandbox, whatever makes it.",
          de: "Das Innere der Sandbox, womit auch immer sie gebildet wird.",
          ofOthers:
            "containerPrefix workdir tmpfs user capDrop setupCommand memorySwap ulimits seccompProfile apparmorProfile dns extraHosts",
        }),
      })
      .optional(),
    {
      en: "The sandbox, in which commands have no network, a system that is read-only, and none of your files.",
      de: "Die Sandbox: Befehle haben darin kein Netz, ein schreibgeschütztes System und keine Ihrer Dateien.",
      ofOthers: "perSession sessionToolsVisibility workspaceRoot browser prune ssh openshell",
    },
  );
