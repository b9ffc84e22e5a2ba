/** The system unit of the guide, in a real systemd, by the commands of the guide. */
import { expect, test } from "@playwright/test";
import { codeBlocks, LANGUAGES, readGuide } from "../../helpers/docs/guide.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { startSystemSystemd, systemSystemdReason } from "../../helpers/service/system-systemd.ts";

const PAGE = "recipes.md";

test.skip(systemSystemdReason() !== undefined, systemSystemdReason() ?? "");

/** As a person types them, without `sudo`, which has nothing to do here. */
function typed(lines: string): string {
  return lines
    .replaceAll("sudo -u clawdbot -H ", "runuser -u clawdbot -- env HOME=/var/lib/clawdbot ")
    .replaceAll("sudo ", "");
}

test("U15: the system unit of the guide runs as its user, hardened, and comes back after a crash", async () => {
  test.setTimeout(180_000);
  const page = readGuide("en", PAGE);
  const [unit = ""] = codeBlocks(page, "ini");
  const [prepare = "", enable = ""] = codeBlocks(page, "sh").filter((block) => block.includes("sudo "));
  const port = await freePort();
  const systemd = await startSystemSystemd();
  try {
    systemd.run("cat > /etc/systemd/system/clawdbot.service", unit);
    // Only the port is another one, for the sake of whatever else runs on this machine.
    systemd.run(
      `${typed(prepare)}\nrunuser -u clawdbot -- env HOME=/var/lib/clawdbot clawdbot config set gateway.port ${port}`,
    );
    const verified = systemd.run("systemd-analyze verify /etc/systemd/system/clawdbot.service 2>&1 || true");
    const exposure = systemd.run("systemd-analyze security --no-pager clawdbot.service | tail -1");
    const [reload = "", start = ""] = typed(enable).split("\n");
    systemd.run(`${reload}\n${start}`);
    const ask = () =>
      systemd.run(
        "runuser -u clawdbot -- env HOME=/var/lib/clawdbot clawdbot gateway status --require-rpc --json || true",
      );
    const answers = () => JSON.parse(ask());
    await expect.poll(() => answers().rpc?.ok ?? false, { timeout: 60_000 }).toBe(true);
    const pid = () => systemd.run("systemctl show clawdbot --property=MainPID --value").trim();
    const first = pid();
    const process = systemd.run(
      `cat /proc/${first}/status; nsenter --target ${first} --mount -- findmnt -no OPTIONS -T /usr`,
    );
    systemd.run(`kill -KILL ${first}`);
    await expect.poll(pid, { timeout: 60_000 }).not.toMatch(new RegExp(`^(0|${first})$`));
    await expect.poll(() => answers().rpc?.ok ?? false, { timeout: 60_000 }).toBe(true);
    systemd.run("systemctl stop clawdbot");
    const result = systemd.run("systemctl show clawdbot --property=Result --property=ExecMainStatus");
    const files = systemd.run(
      "stat -c '%U %a' /var/lib/clawdbot/.clawdbot /var/lib/clawdbot/.clawdbot/clawdbot.json",
    );

    expect(verified).toBe("");
    expect(Number(/: ([\d.]+) /.exec(exposure)?.[1])).toBeLessThan(3);
    expect(process).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(process).toMatch(/^Seccomp:\s+2$/m);
    expect(process).toMatch(/^CapBnd:\s+0+$/m);
    expect(process).not.toMatch(/^Uid:\s+0/m);
    expect(process.trim().split("\n").at(-1)).toMatch(/^ro\b/);
    expect(result).toBe("Result=success\nExecMainStatus=0\n");
    expect(files).toBe("clawdbot 700\nclawdbot 600\n");
  } finally {
    await systemd.stop();
  }
});

test("U15: both languages have the same recipes", () => {
  const [english, german] = LANGUAGES.map((language) =>
    ["nginx", "caddyfile", "yaml", "ini", "dockerfile"].map((kind) =>
      codeBlocks(readGuide(language, PAGE), kind),
    ),
  );

  expect(german).toEqual(english);
});
