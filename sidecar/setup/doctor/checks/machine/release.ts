/** Whether the registry has a newer version; asked only where `update.check` is true. */
import { advice, whole } from "../../../../../shared/remedy.ts";
import { releaseNews } from "../../../release-check.ts";
import type { Check, Finding } from "../../check.ts";

export const release: Check = {
  id: "release",
  examine: async ({ reading, profile, nowMs }): Promise<Finding[]> => {
    const news = await releaseNews(reading, profile, nowMs);
    switch (news?.kind) {
      case "newer": {
        const message = advice`version ${news.version} can be installed`;
        return [{ code: "release-available", level: "hint", message, remedy: news.command }];
      }
      case "unknown": {
        const message = advice`whether there is a newer version could not be found out: ${whole(news.reason)}`;
        return [{ code: "release-unknown", level: "hint", message }];
      }
      case "current":
      case undefined:
        return [];
    }
  },
};
