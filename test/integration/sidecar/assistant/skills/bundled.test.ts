/** The skills that come with the program: the commands in them run here, and show what they promise. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { ScopedFiles } from "../../../../../sidecar/assistant/tools/files/scoped-files.ts";
import { sameFiles } from "../../../../../sidecar/assistant/tools/files/turn-files.ts";
import { readTool } from "../../../../../sidecar/assistant/tools/read/tool.ts";
import type { ToolCall } from "../../../../../sidecar/assistant/tools/tool.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

const execute = promisify(execFile);

/** The commands in the blocks of shell, below the heading if one is given. */
function commandsOf(name: string, heading = ""): string[] {
  const file = fileURLToPath(new URL(`../../../../../assets/skills/${name}/SKILL.md`, import.meta.url));
  const text = readFileSync(file, "utf8");
  const part = heading === "" ? text : (text.split(`## ${heading}\n`)[1] ?? "").split("\n## ")[0];
  return [...(part ?? "").matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.trim().split("\n"),
  );
}

const shell = async (command: string, cwd: string) =>
  (await execute("/bin/sh", ["-c", command], { cwd, env: { PATH: process.env.PATH, LC_ALL: "C" } })).stdout;

test.describe("the commands of system-report", () => {
  test.skip(process.platform !== "linux", "they are those of Linux");

  test("show system, uptime, disks, memory and programs", async ({ home }) => {
    const [system = "", uptime = "", disks = "", ...others] = commandsOf("system-report", "Linux");
    expect(await shell(system, home.path)).toMatch(/^Linux \d/);
    expect(await shell(uptime, home.path)).toMatch(/load average/);
    // In a container there may be none of its own.
    expect(await shell(`${disks} || df -hP /`, home.path)).toMatch(/Mounted on/);
    const [memory, byTime, byMemory] = await Promise.all(others.map((each) => shell(each, home.path)));
    expect(memory).toMatch(/available[\s\S]*Mem:/);
    for (const programs of [byTime, byMemory]) expect(programs?.trim().split("\n").length).toBeGreaterThan(1);
  });
});

test("the commands of weather ask for a place and its weather", async ({ home }) => {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const isPlace = url.startsWith("/v1/search");
    const answer = isPlace
      ? { results: [{ name: "Hamburg", latitude: 53.55, longitude: 9.99 }] }
      : { current: { temperature_2m: 7.1, weather_code: 61 }, daily: { temperature_2m_max: [9] } };
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    const [place = "", weather = ""] = commandsOf("weather").map((command) =>
      command.replace(/https:\/\/(?:geocoding-)?api\.open-meteo\.com/, `http://127.0.0.1:${port}`),
    );
    expect(JSON.parse(await shell(place, home.path)).results[0].name).toBe("Hamburg");
    expect(JSON.parse(await shell(weather, home.path)).current.weather_code).toBe(61);
  } finally {
    server.close();
  }
  expect(asked).toEqual([
    "/v1/search?name=Hamburg&count=3&format=json",
    expect.stringMatching(
      /^\/v1\/forecast\?latitude=53\.55&longitude=9\.99&timezone=auto&forecast_days=3&current=/,
    ),
  ]);
});

test("a calendar is found by its day, and read from the line that was found", async ({ home }) => {
  const workspace = join(home.path, "clawd");
  mkdirSync(join(workspace, "calendar"), { recursive: true });
  const event = (start: string, title: string, more: string[] = []) =>
    ["BEGIN:VEVENT", `UID:${title}`, `DTSTART${start}`, ...more, `SUMMARY:${title}`, "END:VEVENT"].join(
      "\r\n",
    );
  const events = [
    event(";TZID=Europe/Berlin:20261130T090000", "Dentist"),
    event(";VALUE=DATE:20261201", "Holiday"),
    event(":20200106T080000Z", "Gym", ["RRULE:FREQ=WEEKLY;BYDAY=MO"]),
    event(":20261130T170000Z", "Choir"),
  ];
  writeFileSync(
    join(workspace, "calendar", "home.ics"),
    `BEGIN:VCALENDAR\r\n${events.join("\r\n")}\r\nEND:VCALENDAR\r\n`,
  );
  const [ofDay = "", repeated = ""] = commandsOf("calendar");
  const files = new ScopedFiles({
    directory: workspace,
    allows: (name) => /^calendar\//.test(name),
    listed: ["calendar"],
    told: "calendars",
  });
  const read = async (args: Record<string, unknown>) => {
    const { content } = await readTool(sameFiles(files), "calendars").run(args, {} as ToolCall);
    return content.map((block) => (block.type === "text" ? block.text : "")).join("");
  };

  expect(await read({ path: "calendar" })).toBe("home.ics");
  const found = (await shell(ofDay, workspace)).trim().split("\n");
  expect(found).toHaveLength(2);
  expect(await shell(repeated, workspace)).toContain("RRULE:FREQ=WEEKLY;BYDAY=MO");
  for (const [index, title] of ["Dentist", "Choir"].entries()) {
    const line = Number(/^(?:[^:]*ics:)?(\d+):/.exec(found[index] ?? "")?.[1]);
    expect(await read({ path: "calendar/home.ics", offset: line - 2, limit: 6 })).toContain(
      `SUMMARY:${title}`,
    );
  }
});
