import { expect, test } from "@playwright/test";
import { dashboardLink } from "../../../../tray/menu/actions.ts";
import type { GatewayTarget } from "../../../../tray/supervisor/gateway-target.ts";

const TARGET: GatewayTarget = {
  host: "127.0.0.1",
  port: 18_789,
  auth: { token: "none" },
  facts: undefined,
  secrets: {},
  dashboardPath: "/",
};

test.describe("dashboardLink", () => {
  test("carries the token in the fragment, never in the query", () => {
    const link = dashboardLink({ ...TARGET, secrets: { token: "a b&c#d" } });

    expect(link).toBe("http://127.0.0.1:18789/#token=a%20b%26c%23d");
    expect(new URL(link).search).toBe("");
  });

  test("carries no password, and keeps the dashboard's path", () => {
    const link = dashboardLink({ ...TARGET, secrets: { password: "p" }, dashboardPath: "/ui/" });

    expect(link).toBe("http://127.0.0.1:18789/ui/");
  });
});
