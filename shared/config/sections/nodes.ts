/** `gateway.nodes` and `nodeHost`: what nodes may be asked to do, and what this machine does as one. */
import * as z from "zod";
import { key } from "../key.ts";
import { words } from "../meanings.ts";

const commands = () => z.array(words(200, 1)).max(200).optional();

export const Nodes = z.looseObject({
  allowCommands: key(commands(), {
    en: "Further commands that nodes may be asked for, besides those of their platform.",
    de: "Weitere Befehle, um die Nodes gebeten werden dürfen, neben denen ihrer Plattform.",
  }),
  denyCommands: key(commands(), {
    en: "Commands that no node is asked for, such as `system.run`.",
    de: "Befehle, um die kein Node gebeten wird, etwa `system.run`.",
  }),
});

export const nodeHost = z.looseObject({
  allow: key(z.array(words(4_096, 1)).max(1_000).optional(), {
    en: "Programs that `clawdbot node run` starts for a gateway: by name, as `git`, or by path, in which `*` stands for any part of a name and `**` for any folders. Without any it starts none.",
    de: "Programme, die `clawdbot node run` für ein Gateway startet: mit Namen, etwa `git`, oder mit Pfad, in dem `*` für einen beliebigen Teil eines Namens steht und `**` für beliebige Ordner. Ohne Angabe startet es keines.",
  }),
});
