/** Writes the pages of the guide that are made from the declarations: `npm run reference`. */
import { writeFileSync } from "node:fs";
import { referencePages } from "./pages.ts";

for (const { file, text } of referencePages()) writeFileSync(file, text);
