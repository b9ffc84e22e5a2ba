/**
 * `npm run bench`: the figures of the built program beside a bare `ws` server and the limits they should keep. It asserts
 * nothing. An argument names another launcher than dist/launch.cjs.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { measureCommands } from "./commands.ts";
import { tableHead, tableLine } from "./figure.ts";
import { measureForce } from "./force.ts";
import { measureHostile } from "./hostile.ts";
import { measureLoad } from "./load.ts";
import { measureReload } from "./reload.ts";
import { bareProgram, gatewayProgram } from "./server.ts";
import { measureService } from "./service.ts";
import { measureStartup } from "./startup.ts";
import { measureTray } from "./tray.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const launcher = resolve(process.argv[2] ?? `${root}/dist/launch.cjs`);

if (process.platform !== "linux") {
  console.log("The figures are read from /proc: they can be taken on Linux only.");
} else {
  if (!existsSync(launcher)) {
    console.log("dist/ is missing: building it first");
    execFileSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit" });
  }
  await bench();
}

async function bench(): Promise<void> {
  const load = loadavg()[0]?.toFixed(2);
  console.log(`node ${process.version}, ${availableParallelism()} cores, load ${load} before the start\n`);
  console.log(tableHead());
  const ours = gatewayProgram(launcher);
  const bare = bareProgram();
  try {
    for (const figure of await measureStartup(launcher, ours, bare)) console.log(tableLine(figure));
    for (const figure of await measureCommands(launcher, ours, bare)) console.log(tableLine(figure));
    for (const figure of await measureService(launcher)) console.log(tableLine(figure));
    for (const figure of await measureForce()) console.log(tableLine(figure));
    for (const figure of await measureReload(launcher)) console.log(tableLine(figure));
    for await (const figures of measureLoad(ours, bare)) {
      for (const figure of figures) console.log(tableLine(figure));
    }
    for (const figure of await measureHostile(launcher)) console.log(tableLine(figure));
    for (const figure of await measureTray(launcher)) console.log(tableLine(figure));
  } finally {
    ours.home.dispose();
    bare.home.dispose();
  }
}
