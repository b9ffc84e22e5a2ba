/** The pages of the guide that nobody writes by hand, and where they lie. */
import { fileURLToPath } from "node:url";
import { configurationPage } from "./configuration.ts";
import { protocolPage } from "./protocol.ts";

export interface ReferencePage {
  file: string;
  text: string;
}

/** Each page as it is to be. */
export function referencePages(): ReferencePage[] {
  return [
    { file: fileOf("en/configuration.md"), text: configurationPage("en") },
    { file: fileOf("de/configuration.md"), text: configurationPage("de") },
    { file: fileOf("en/protocol.md"), text: protocolPage() },
  ];
}

function fileOf(name: string): string {
  return fileURLToPath(new URL(`../../assets/docs/${name}`, import.meta.url));
}
