/**
 * `npm run bench`: the figures of the built program beside a bare `ws` server and the limits they should keep. It asserts
 * nothing. An argument that is a path names another launcher than dist/launch.cjs; others are the parts to measure, all of them without.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildTestPrograms } from "../helpers/run/test-programs.ts";
import { measureBrowser } from "./browser.ts";
import { measureCommands } from "./commands.ts";
import { measureConversations } from "./conversations.ts";
import { type Figure, tableHead, tableLine } from "./figure.ts";
import { measureForce } from "./force.ts";
import { measureHostile } from "./hostile.ts";
import { measureIdleClients } from "./idle-clients.ts";
import { measureJobs } from "./jobs.ts";
import { measureLoad } from "./load.ts";
import { measureNodes } from "./nodes.ts";
import { measureReload } from "./reload.ts";
import { bareProgram, gatewayProgram } from "./server.ts";
import { measureService } from "./service.ts";
import { measureStartup } from "./startup.ts";
import { measureStreams } from "./streams.ts";
import { measureTools } from "./tools.ts";
import { measureTray } from "./tray.ts";
import { measureTurns } from "./turns.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const given = process.argv.slice(2);
const launcher = resolve(given.find((each) => /[\\/.]/.test(each)) ?? `${root}/dist/launch.cjs`);
const wanted = given.filter((each) => !/[\\/.]/.test(each));

if (process.platform !== "linux") {
  console.log("The figures are read from /proc: they can be taken on Linux only.");
} else {
  if (!existsSync(launcher)) {
    console.log("dist/ is missing: building it first");
    execFileSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit" });
  }
  await buildTestPrograms();
  await bench();
}

async function bench(): Promise<void> {
  const load = loadavg()[0]?.toFixed(2);
  console.log(`node ${process.version}, ${availableParallelism()} cores, load ${load} before the start\n`);
  console.log(tableHead());
  const ours = gatewayProgram(launcher);
  const bare = bareProgram();
  const parts: Record<string, () => AsyncIterable<Figure[]> | Promise<Figure[]>> = {
    startup: () => measureStartup(launcher, ours, bare),
    commands: () => measureCommands(launcher, ours, bare),
    service: () => measureService(launcher),
    force: () => measureForce(),
    reload: () => measureReload(launcher),
    load: () => measureLoad(ours, bare),
    conversations: () => measureConversations(launcher),
    jobs: () => measureJobs(launcher),
    turns: () => measureTurns(launcher, ours),
    tools: () => measureTools(launcher),
    streams: () => measureStreams(launcher, bare),
    browser: () => measureBrowser(launcher),
    idle: async () => [await measureIdleClients(ours, bare)],
    nodes: () => measureNodes(ours),
    hostile: () => measureHostile(launcher),
    tray: () => measureTray(launcher),
  };
  const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0)
    console.log(`There is no part ${unknown.join(", ")}; parts are ${Object.keys(parts).join(", ")}.`);
  try {
    for (const [name, measure] of Object.entries(parts)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const measured = measure();
      for await (const figures of Symbol.asyncIterator in measured ? measured : [await measured])
        for (const figure of figures) console.log(tableLine(figure));
    }
  } finally {
    ours.home.dispose();
    bare.home.dispose();
  }
}
