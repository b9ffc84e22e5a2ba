/** The sentences about the browser of the agents. */
import type { Translation } from "../../../shared/remedy.ts";

export const BROWSER: Translation = {
  "Install what drives a browser, for the agents": "Installieren, womit Agenten einen Browser steuern",
  "It brings one package with npm, in the version of this release, below tools in the state directory. A browser is not brought: Chrome, Chromium, Edge or Brave has to be installed.":
    "Es holt mit npm ein einziges Paket, in der Version dieser Ausgabe, in den Ordner tools des Zustandsverzeichnisses. Ein Browser wird nicht geholt: Chrome, Chromium, Edge oder Brave muss installiert sein.",
  "Bringing {0} {1}, {2} MB": "{0} {1} wird geholt, {2} MB",
  "{0} {1} is installed in {2}": "{0} {1} ist in {2} installiert",
  "{0} {1} is there already, in {2}": "{0} {1} ist schon da, in {2}",
  "No browser was found: install Chrome, Chromium, Edge or Brave, or name one with browser.executablePath":
    "Es wurde kein Browser gefunden: installieren Sie Chrome, Chromium, Edge oder Brave, oder nennen Sie einen mit browser.executablePath",
  "Browser: {0}": "Browser: {0}",
  "npm is not installed, which brings {0}: install Node.js from your system or from https://nodejs.org":
    "npm ist nicht installiert, womit {0} geholt wird: installieren Sie Node.js aus Ihrem System oder von https://nodejs.org",
  "npm brought something else than was asked for": "npm hat etwas anderes gebracht, als verlangt war",
  "it took too long; a slow network may need a larger --timeout":
    "es hat zu lange gedauert; ein langsames Netz braucht vielleicht ein größeres --timeout",
  "it was broken off": "es wurde abgebrochen",
  "npm cannot be started ({0})": "npm lässt sich nicht starten ({0})",
  "npm was ended": "npm wurde beendet",
  "what the registry sends is not what this release was made for (EINTEGRITY)":
    "was die Registry schickt, ist nicht das, wofür diese Ausgabe gemacht ist (EINTEGRITY)",
  "npm's registry cannot be reached ({0}); look at the network, and at registry and proxy in your .npmrc":
    "die Registry von npm ist nicht zu erreichen ({0}); sehen Sie nach dem Netz, und nach registry und proxy in Ihrer .npmrc",
  "npm ended with exit code {0}": "npm endete mit dem Code {0}",
  "npm says: {0}": "npm meldet: {0}",
  "{0} was not installed: {1}": "{0} wurde nicht installiert: {1}",
  "There is no browser profile {0}; there is {1}": "Es gibt kein Browserprofil {0}; es gibt {1}",
  "What drives a browser is not installed; the owner can do so: {0}":
    "Womit ein Browser gesteuert wird, ist nicht installiert; der Eigentümer kann das tun: {0}",
  "What drives a browser is not whole, or of another release; the owner can install it again: {0}":
    "Womit ein Browser gesteuert wird, ist nicht vollständig oder von einer anderen Ausgabe; der Eigentümer kann es neu installieren: {0}",
  "browser.executablePath names {0}, which is no program":
    "browser.executablePath nennt {0}, und das ist kein Programm",
  "which browser is meant (default: the one of browser.defaultProfile)":
    "welcher Browser gemeint ist (Vorgabe: der von browser.defaultProfile)",
  "Show whether the agents' browser runs": "Zeigen, ob der Browser der Agenten läuft",
  "Start the agents' browser": "Den Browser der Agenten starten",
  "Close the agents' browser": "Den Browser der Agenten schließen",
  "List the profiles of the agents' browser": "Die Profile des Browsers der Agenten auflisten",
  "List the tabs of the agents' browser": "Die Tabs des Browsers der Agenten auflisten",
  "Open a page in a new tab of the agents' browser":
    "Eine Seite in einem neuen Tab des Browsers der Agenten öffnen",
  "<tab>": "<Tab>",
  "which tab (default: the one in front)": "welcher Tab (Vorgabe: der vordere)",
  "only what can be used in it": "nur, was sich darin benutzen lässt",
  "Print the page in the agents' browser as agents read it":
    "Die Seite im Browser der Agenten ausgeben, wie Agenten sie lesen",
  "Take a picture of the page in the agents' browser, and name its file on the gateway's machine":
    "Ein Bild der Seite im Browser der Agenten aufnehmen und seine Datei auf dem Rechner des Gateways nennen",
  "all of the page, and not only what is to be seen": "die ganze Seite, und nicht nur was zu sehen ist",
  "Waiting for the browser": "Auf den Browser wird gewartet",
  "what drives the agents' browser is not whole, in {0}":
    "womit der Browser der Agenten gesteuert wird, ist nicht vollständig, in {0}",
  "what drives the agents' browser is of another release ({0}), in {1}":
    "womit der Browser der Agenten gesteuert wird, ist von einer anderen Ausgabe ({0}), in {1}",
  "install it again: {0}": "installieren Sie es neu: {0}",
  "browser is configured, but what drives one is not installed":
    "browser ist konfiguriert, aber womit einer gesteuert wird, ist nicht installiert",
  "install it: {0}": "installieren Sie es: {0}",
  "correct it, or take it away: {0}": "berichtigen Sie es, oder nehmen Sie es weg: {0}",
  "agents are to use a browser, and none was found on this machine":
    "Agenten sollen einen Browser benutzen, und auf diesem Rechner wurde keiner gefunden",
  "install Chrome, Chromium, Edge or Brave, or name one with browser.executablePath":
    "installieren Sie Chrome, Chromium, Edge oder Brave, oder nennen Sie einen mit browser.executablePath",
};
