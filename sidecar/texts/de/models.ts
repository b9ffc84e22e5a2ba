/** Why a model gave no answer, as it is told in conversations and on the command line. */
import type { Translation } from "../../../shared/remedy.ts";

export const MODELS: Translation = {
  "the key was refused": "der Schlüssel wurde abgelehnt",
  "the account has no credit left": "das Konto hat kein Guthaben mehr",
  "too many requests": "zu viele Anfragen",
  "the provider is overloaded": "der Anbieter ist überlastet",
  "the provider failed": "beim Anbieter ist ein Fehler aufgetreten",
  "the provider was not reached, or the connection broke":
    "der Anbieter war nicht zu erreichen, oder die Verbindung brach ab",
  "the provider was reached, but no answer came that could be read":
    "der Anbieter wurde erreicht, aber es kam keine lesbare Antwort",
  "a web page came": "es kam eine Webseite",
  "the provider wants a key, and none was given":
    "der Anbieter verlangt einen Schlüssel, und es ist keiner da",
  "the provider was silent for too long": "der Anbieter hat zu lange nicht geantwortet",
  "the request was refused": "die Anfrage wurde abgelehnt",
  "the model refused to answer": "das Modell hat die Antwort verweigert",
  "the conversation is too long for the model": "das Gespräch ist zu lang für das Modell",
  "the provider refused": "der Anbieter hat abgelehnt",
  "there is no such model or address": "dieses Modell oder diese Adresse gibt es nicht",
  "the answer broke off": "die Antwort brach ab",
  "the answer is no valid piece of a stream": "die Antwort ist kein gültiger Teil eines Datenstroms",
  "the answer ended with an error": "die Antwort endete mit einem Fehler",
  "its content filter": "sein Inhaltsfilter",
  "it redirects, and does not say where": "er leitet um und sagt nicht, wohin",
  "it redirects to {0}": "er leitet um nach {0}",
  "nothing came for {0} s": "{0} s lang kam nichts",
  "there is no model that could be asked": "es gibt kein Modell, das gefragt werden könnte",
  "{0}: there is no key": "{0}: es gibt keinen Schlüssel",
  "{0}: not asked, as {1} a moment ago": "{0}: nicht gefragt, denn vor Kurzem {1}",
  "it wanted a key": "verlangte es einen Schlüssel",
  "its key was refused": "wurde sein Schlüssel abgelehnt",
  "its account had no credit left": "hatte sein Konto kein Guthaben mehr",
  "it had too many requests": "hatte es zu viele Anfragen",
  "its provider was overloaded": "war sein Anbieter überlastet",
  "it failed": "ist es gescheitert",
  "the provider was not reached": "der Anbieter war nicht zu erreichen",
  "it is tried again": "es wird noch einmal versucht",
  "It can be asked again in {0}.": "In {0} kann es wieder gefragt werden.",
  "The provider names a wait of {0}; the gateway lets what refuses rest for longer, and asks again in {1} at the earliest.":
    "Der Anbieter nennt {0} Wartezeit; das Gateway lässt, was ablehnt, länger ruhen, und fragt frühestens in {1} wieder.",
  "Give it a key: {0}": "Geben Sie ihm einen Schlüssel: {0}",
  "Give it another key: {0}": "Geben Sie ihm einen anderen Schlüssel: {0}",
  "Add credit to the account at {0}, or choose another model: {1}":
    "Laden Sie das Konto bei {0} auf, oder wählen Sie ein anderes Modell: {1}",
  "Look whether {0} can be reached from the gateway, or choose another model with /model.":
    "Sehen Sie nach, ob {0} vom Gateway aus zu erreichen ist, oder wählen Sie mit /model ein anderes Modell.",
  "Likely the network wants a sign-in first, or models.providers.{0}.baseUrl is wrong; /model chooses another model.":
    "Wahrscheinlich verlangt das Netz erst eine Anmeldung, oder models.providers.{0}.baseUrl ist falsch; /model wählt ein anderes Modell.",
  "Send it again later, or choose another model with /model.":
    "Senden Sie es später noch einmal, oder wählen Sie mit /model ein anderes Modell.",
  "Send it again in other words, or begin a new conversation with /new.":
    "Senden Sie es noch einmal mit anderen Worten, oder beginnen Sie mit /new ein neues Gespräch.",
  "Send it again in other words, or choose another model with /model.":
    "Senden Sie es noch einmal mit anderen Worten, oder wählen Sie mit /model ein anderes Modell.",
  "Shorten the conversation with /compact, or begin a new one with /new.":
    "Verkürzen Sie das Gespräch mit /compact, oder beginnen Sie mit /new ein neues.",
  "Choose another model with /model; {0} names those there are.":
    "Wählen Sie mit /model ein anderes Modell; {0} nennt, welche es gibt.",
};
