/** `canvasHost`: pages that the assistant shows on devices. */
import * as z from "zod";
import { key } from "../key.ts";
import { checkedOrNone } from "../meanings.ts";

export const CanvasHost = z.looseObject({
  enabled: key(z.boolean().optional(), {
    en: "Whether the pages of the canvas are served, to everybody who reaches the gateway's address.",
    de: "Ob die Seiten der Zeichenfläche angeboten werden, und zwar allen, die die Adresse des Gateways erreichen.",
  }),
  root: key(checkedOrNone("path", 4_096).optional(), {
    en: "Folder of the pages, instead of `canvas` in the work directory.",
    de: "Ordner der Seiten, anstelle von `canvas` im Arbeitsverzeichnis.",
  }),
  liveReload: key(z.boolean().optional(), {
    en: "Whether a page that is shown loads anew when its files change.",
    de: "Ob eine gezeigte Seite neu lädt, wenn sich ihre Dateien ändern.",
  }),
});
