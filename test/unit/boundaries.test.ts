import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";
import { parseAst } from "rolldown/parseAst";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** One import: who, what, and whether types are all it takes. */
interface Import {
  from: string;
  /** Path from the root for our own files, else the package's name or `node:…`. */
  target: string;
  typesOnly: boolean;
  /** Happens when the importing file is loaded, not when a function asks for it. */
  atLoad: boolean;
}

const COMMENT = /\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** The floors of the house from the ground up; a file may import from lower floors and from its own part. */
const FLOORS: [prefix: string, floor: number][] = [
  ["shared/", 0],
  ["sidecar/texts/", 1],
  ["sidecar/base/", 1],
  ["sidecar/host/", 2],
  ["sidecar/assistant/", 3],
  ["sidecar/channels/", 4],
  ["sidecar/nodes/", 4],
  ["sidecar/setup/", 5],
  ["sidecar/gateway/", 6],
  ["sidecar/run/", 7],
  ["sidecar/cli/", 7],
  ["sidecar/app.ts", 7],
  ["sidecar/main.ts", 7],
];

/** Where a package is at home; zod is welcome everywhere. */
const HOMES: Record<string, RegExp> = {
  zod: /^(shared|sidecar|tray)\//,
  json5: /^(shared\/node|sidecar\/base\/config|tray\/load-ahead\.ts$)/,
  conf: /^tray\//,
  pino: /^(sidecar\/base\/log|tray)\//,
  ws: /^(sidecar\/gateway|tray)\/|^sidecar\/cli\/connect\.ts$/,
  execa: /^tray\/|^sidecar\/host\/process\/run\.ts$/,
  systray2: /^tray\//,
  "@clack/prompts": /^sidecar\/setup\/onboarding\/prompts\.ts$/,
  htmlparser2: /^sidecar\/assistant\/tools\/web\//,
  "node-notifier": /^tray\//,
  "bonjour-service": /^sidecar\/host\/net\//,
  "@modelcontextprotocol/client": /^sidecar\/assistant\/mcp\//,
  "@lydell/node-pty": /^sidecar\/assistant\/tools\/exec\/terminal\.ts$/,
  croner: /^sidecar\/assistant\/cron\//,
  "@jsquash/jpeg": /^sidecar\/assistant\/media\/scale\//,
  "@jsquash/png": /^sidecar\/assistant\/media\/scale\//,
  "@jsquash/resize": /^sidecar\/assistant\/media\/scale\//,
  "@jsquash/webp": /^sidecar\/assistant\/media\/scale\//,
  "playwright-core": /^sidecar\/assistant\/tools\/browser\/child\//,
  yaml: /^sidecar\/assistant\/skills\/front-matter\.ts$/,
  "@ai-sdk/provider": /^sidecar\/assistant\/models\/providers\//,
  "@ai-sdk/anthropic": /^sidecar\/assistant\/models\/providers\/dialects\//,
  "@ai-sdk/google": /^sidecar\/assistant\/models\/providers\/dialects\//,
  "@ai-sdk/openai": /^sidecar\/assistant\/models\/providers\/dialects\//,
  "@ai-sdk/openai-compatible": /^sidecar\/assistant\/models\/providers\/dialects\//,
};

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|cjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** Static, dynamic and re-exporting imports, also across lines. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[\w*{][^;"']*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']|\brequire\(\s*["']([^"']+)["']/gm,
  );
  return [...statements].map(([, types, fixed, dynamic, required]) => ({
    from: file,
    target: targetOf(file, fixed ?? dynamic ?? required ?? ""),
    typesOnly: types !== undefined,
    atLoad: fixed !== undefined,
  }));
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith(".")) return relative(ROOT, resolve(ROOT, dirname(file), specifier));
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return specifier;
  const [scope = "", name = ""] = specifier.split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}

function isOurs(target: string): boolean {
  return /^(shared|sidecar|tray|test|assets)\//.test(target);
}

const ALL = ["shared", "sidecar", "tray"].flatMap(sources).flatMap(importsOf);

/** The imports that break a rule, as `a.ts → b.ts`. */
function violations(breaks: (each: Import) => boolean): string[] {
  return ALL.filter(breaks).map(({ from, target }) => `${from} → ${target}`);
}

test.describe("imports", () => {
  test("are found at all, in each form", () => {
    const found = (from: string, target: string) =>
      ALL.some((each) => each.from === from && each.target === target);

    expect(found("sidecar/gateway/gateway.ts", "shared/clock.ts")).toBe(true);
    expect(found("sidecar/gateway/gateway.ts", "node:crypto")).toBe(true);
    expect(found("sidecar/cli/gateway/run.ts", "sidecar/app.ts")).toBe(true);
    expect(found("sidecar/gateway/rpc/wire-validation.ts", "zod")).toBe(true);
  });

  test("name our files with their extension, inside the project and outside of test/", () => {
    expect(
      violations(({ target }) => isOurs(target) && (target.startsWith("test/") || !/\.\w+$/.test(target))),
    ).toEqual([]);
    expect(violations(({ target }) => target.startsWith(".."))).toEqual([]);
  });

  test("of shared/ stay in shared/", () => {
    expect(
      violations(
        ({ from, target }) => from.startsWith("shared/") && isOurs(target) && !target.startsWith("shared/"),
      ),
    ).toEqual([]);
  });

  test("of shared/ without node/ take nothing from Node, so that browsers can load it", () => {
    const isPure = (file: string) => file.startsWith("shared/") && !file.startsWith("shared/node/");

    expect(
      violations(
        ({ from, target }) =>
          isPure(from) &&
          (target.startsWith("node:") ||
            builtinModules.includes(target) ||
            target.startsWith("shared/node/")),
      ),
    ).toEqual([]);
  });

  test("never cross between tray/ and sidecar/", () => {
    expect(
      violations(
        ({ from, target }) =>
          (from.startsWith("tray/") && target.startsWith("sidecar/")) ||
          (from.startsWith("sidecar/") && target.startsWith("tray/")),
      ),
    ).toEqual([]);
  });

  test("of the dashboard take shared/ without node/ and nothing else", () => {
    const isOutside = (target: string) =>
      !target.startsWith("sidecar/ui/") &&
      (!target.startsWith("shared/") || target.startsWith("shared/node/"));

    expect(violations(({ from, target }) => from.startsWith("sidecar/ui/") && isOutside(target))).toEqual([]);
  });

  test("of the dashboard, the tray and the clients' connection load no schema library", () => {
    const lean = (file: string) => /^(sidecar\/ui|shared\/client|tray)\//.test(file);

    expect(reachable(ALL, lean).filter((target) => target === "zod")).toEqual([]);
  });

  test("go down the floors of the sidecar, never up", () => {
    const roomOf = (file: string) => FLOORS.find(([prefix]) => file.startsWith(prefix));
    const goesUp = ({ from, target }: Import) => {
      const [here, there] = [roomOf(from), roomOf(target)];
      if (here === undefined || there === undefined) return false;
      const isOneRoom = here === there || here[1] === 7;
      return there[1] > here[1] || (there[1] === here[1] && !isOneRoom);
    };

    expect(violations(goesUp)).toEqual([]);
  });

  test("lead nowhere outside the floors", () => {
    const known = (file: string) =>
      FLOORS.some(([prefix]) => file.startsWith(prefix)) ||
      /^(sidecar\/ui\/|tray\/)|^sidecar\/launch\.cjs$/.test(file);

    expect([...new Set(ALL.map(({ from }) => from))].filter((file) => !known(file))).toEqual([]);
  });

  test("go round in no circle, those for types and those at the time of need included", () => {
    const edges = ALL.filter(({ target }) => isOurs(target));
    const made = [
      { ...SAMPLE, from: "a.ts", target: "b.ts" },
      { ...SAMPLE, from: "b.ts", target: "c.ts", typesOnly: true },
      { ...SAMPLE, from: "c.ts", target: "b.ts", atLoad: false },
    ];

    expect(circles(made)).toEqual(["b.ts → c.ts → b.ts"]);
    expect(circles(edges)).toEqual([]);
  });

  test("take every package where it is at home, and only declared ones", () => {
    const isPackage = (target: string) =>
      !isOurs(target) && !target.startsWith("node:") && !builtinModules.includes(target);
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    );

    expect(violations(({ from, target }) => isPackage(target) && HOMES[target]?.test(from) !== true)).toEqual(
      [],
    );
    const declared = { ...dependencies, ...devDependencies, ...optionalDependencies };
    expect(Object.keys(HOMES).filter((name) => !(name in declared))).toEqual([]);
  });
});

test.describe("the way to a quick answer", () => {
  for (const [what, file, forbidden] of [
    ["--version", "sidecar/main.ts", ["zod", "ws", "pino", "conf", "json5", "execa"]],
    ["gateway health", "sidecar/cli/gateway/health.ts", ["zod", "pino", "conf", "execa"]],
  ] as const) {
    test(`${what} loads none of ${forbidden.join(", ")} before it needs it`, () => {
      const loaded = reachable(
        ALL.filter((each) => each.atLoad),
        (each) => each === file,
      );

      expect(loaded.filter((target) => forbidden.some((name) => name === target))).toEqual([]);
    });
  }
});

test("U12: another language is loaded where it is read, and by nobody else", () => {
  const loaded = reachable(
    ALL.filter((each) => each.atLoad),
    (each) => /^(sidecar\/(main|app)|sidecar\/cli\/.*)\.ts$/.test(each),
  );

  expect(loaded.filter((target) => target.startsWith("sidecar/texts/"))).toEqual([
    "sidecar/texts/language.ts",
  ]);
});

test.describe("what goes on for days", () => {
  test("loads no calendars or collations, which take up to 6 MB each", () => {
    const needsThem = (file: string) =>
      /\bIntl\.|\.toLocale(Date|Time)?String\(|\.localeCompare\(/.test(
        readFileSync(join(ROOT, file), "utf8").replace(COMMENT, ""),
      );
    const starts = ["sidecar/app.ts", "tray/main.ts", "tray/app.ts"];
    const atLoad = ALL.filter((each) => each.atLoad);
    const atRest = [...starts, ...reachable(atLoad, (file) => starts.includes(file))];

    expect(atRest).toContain("shared/node/system-locale.ts");
    // Is asked only where somebody configured a zone.
    const rarely = ["shared/config/zone.ts"];
    expect(atRest.filter((file) => isOurs(file) && needsThem(file))).toEqual(rarely);
  });

  test("loads no turns, no models and no store before somebody says something", () => {
    const loaded = reachable(
      ALL.filter(({ atLoad }) => atLoad),
      (file) => file === "sidecar/app.ts",
    );

    expect(loaded).toContain("sidecar/assistant/assistant.ts");
    expect(loaded.filter((file) => /^sidecar\/(assistant\/turns|base\/store\/sqlite)/.test(file))).toEqual(
      [],
    );
    // What a program asks over HTTP, and whoever writes the configuration over the wire.
    const rarely =
      /^sidecar\/gateway\/(http\/api\/(api-run|chat-|open-|tools-)|methods\/config\/(take|config-schema))/;
    expect(loaded).toContain("sidecar/gateway/http/api/door.ts");
    expect(loaded.filter((file) => rarely.test(file))).toEqual([]);
  });

  test("loads what speaks to a provider of models when that one is asked", () => {
    const loaded = reachable(
      ALL.filter(({ atLoad }) => atLoad),
      (file) => file === "sidecar/assistant/parts.ts",
    );

    expect(loaded).toContain("sidecar/assistant/models/providers/open-model.ts");
    expect(loaded.filter((target) => /^@ai-sdk|providers\/(dialects|ollama|sdk-call)/.test(target))).toEqual(
      [],
    );
  });
});

test.describe("the wire contract", () => {
  const KEPT = /\b(access|delivery):/g;

  test("has schemas of results and payloads for types and tests alone, as dist/ is without them", async () => {
    const { withoutUnreadSchemas } = await import(pathToFileURL(join(ROOT, "build-contracts.mjs")).href);
    const parser = { parse: parseAst };
    const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
    const folder = "shared/protocol/methods";
    const events = "shared/protocol/events.ts";
    const families = readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`);

    for (const file of [...families, events]) {
      const unread = file === events ? /^ {4}payload:|, payload: /m : /^ {4}result:|, result: /m;
      const left: string = withoutUnreadSchemas.transform.handler.call(parser, read(file));
      expect(read(file), file).toMatch(unread);
      expect(left, file).not.toMatch(unread);
      expect(left.match(KEPT), file).toEqual(read(file).match(KEPT));
      parseAst(left, { lang: "ts" });
    }
    const ofProgram = [...new Set(ALL.map(({ from }) => from))];
    expect(ofProgram).toContain("sidecar/assistant/tools/cron/tool.ts");
    const readers = ofProgram.filter((file) =>
      /(Methods|gatewayEvents)\[[^\]]*\]\s*\??\.(result|payload)\b/.test(read(file)),
    );
    expect(readers).toEqual([]);
  });
});

test.describe("the web", () => {
  test("loads what reads pages when one is asked for", () => {
    const loaded = reachable(
      ALL.filter(({ atLoad }) => atLoad),
      (file) => file === "sidecar/assistant/parts.ts",
    );

    expect(loaded).toContain("sidecar/assistant/tools/web-fetch/tool.ts");
    expect(loaded.filter((target) => /^htmlparser2|base\/net\//.test(target))).toEqual([]);
  });
});

test.describe("F3: an upgrade under the running tray", () => {
  test("takes nothing away that a click needs: what is loaded late is loaded ahead", () => {
    const ofTray = reachable(ALL, (file) => file === "tray/app.ts");
    const ahead = reachable(
      ALL.filter(({ from, atLoad }) => atLoad || from === "tray/load-ahead.ts"),
      (file) => file === "tray/app.ts",
    );
    const isFile = (target: string) => !target.startsWith("node:") && !builtinModules.includes(target);

    expect(ofTray).toContain("tray/load-ahead.ts");
    expect(ofTray.filter((target) => isFile(target) && !ahead.includes(target))).toEqual([]);
  });
});

const SAMPLE: Omit<Import, "from" | "target"> = { typesOnly: false, atLoad: true };

/**
 * Each way along imports that comes back to where it began, found once. An import for types is loaded by nobody, but two files that
 * need each other's types are one thought in two places; one inside a function only hides from the loader that it goes round.
 */
function circles(imports: readonly Import[]): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]) => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(" → "));
    if (way.includes(file) || done.has(file)) return;
    for (const { from, target } of imports) if (from === file) walk(target, [...way, file]);
    done.add(file);
  };
  for (const { from } of imports) walk(from, []);
  return found;
}

/** Everything loaded at run time by the files that `start`, directly or not. */
function reachable(imports: readonly Import[], start: (file: string) => boolean): string[] {
  const loaded = new Set<string>();
  const queue = [...new Set(imports.map(({ from }) => from))].filter(start);
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const { from, target, typesOnly } of imports) {
      if (from !== file || typesOnly || loaded.has(target)) continue;
      loaded.add(target);
      queue.push(target);
    }
  }
  return [...loaded];
}
