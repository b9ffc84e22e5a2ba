import { expect, test } from "@playwright/test";
import { dashboardLink } from "../../../../shared/node/open-dashboard.ts";

test.describe("dashboardLink", () => {
  test("carries the code in the fragment, never in the query", () => {
    const link = dashboardLink("http://127.0.0.1:18789/ui/", "a b&c#d");

    expect(link).toBe("http://127.0.0.1:18789/ui/#code=a%20b%26c%23d");
    expect(new URL(link).search).toBe("");
  });

  test("is the plain address where the gateway gives no code", () => {
    expect(dashboardLink("http://127.0.0.1:18789/", undefined)).toBe("http://127.0.0.1:18789/");
  });
});
