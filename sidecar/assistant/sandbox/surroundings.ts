/** What a command line of a conversation finds around itself in its sandbox. */
import { lstatSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Environment } from "../../../shared/node/paths.ts";
import type { Turn } from "../../base/store/session-store.ts";
import { isWithin, ProtectedPlaces } from "../tools/files/protected-places.ts";
import type { Surroundings } from "./backend.ts";
import { type Binding, bindingsOf } from "./binds.ts";
import { OF_USR, SYSTEM } from "./bubblewrap.ts";
import { type Room, type RoomPlace, roomOf } from "./rooms.ts";
import type { SandboxSettings } from "./settings.ts";

export type SurroundingsPlace = RoomPlace & { env: Environment };

/** Variables that say how things are written, and who the user is; no other one of the gateway is in a sandbox. */
const KEPT = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TZ|USER|LOGNAME)$/;

/** Fails with `SANDBOX_UNAVAILABLE` where the configuration puts something into it that must not be there. */
export function surroundingsOf(
  place: SurroundingsPlace,
  settings: SandboxSettings,
  turn: Pick<Turn, "sessionKey" | "agentId">,
): { room: Room; surroundings: Surroundings } {
  const room = roomOf(place, settings, turn);
  const { home } = place.paths;
  const configFile = place.env.CLAWDBOT_CONFIG_PATH?.trim() || undefined;
  const workspace = room.directory;
  const places = new ProtectedPlaces({ home, stateDir: place.stateDir, configFile, workspace });
  const own: Binding = { source: workspace, target: room.shownAt, isReadOnly: room.isReadOnly };
  const given = [own, ...bindingsOf(settings.binds, places)];
  // An own directory of the sandbox is used nowhere else.
  const shared = settings.workspaceAccess === "none" ? given.slice(1) : given;
  const bindings = [...given, ...repositoriesOf(shared)];
  const { image, limits } = settings;
  const hidden = [
    ...SYSTEM.flatMap((directory) => places.below(directory)),
    ...places.below(own.source).map((path) => join(own.target, path.slice(own.source.length))),
  ];
  return { room, surroundings: { bindings, hidden, home, image, limits } };
}

/**
 * The repositories of directories that are used outside as well: their hooks and configuration name programs, which git would run there.
 * The whole of each is read-only, as a part of it is moved out of the way.
 */
function repositoriesOf(bindings: readonly Binding[]): Binding[] {
  return bindings
    .filter(({ isReadOnly }) => !isReadOnly)
    .map(({ source, target }) => ({
      source: join(source, ".git"),
      target: join(target, ".git"),
      isReadOnly: true,
    }))
    .filter(({ source }) => {
      const found = lstatSync(source, { throwIfNoEntry: false });
      return found?.isDirectory() === true || found?.isFile() === true;
    });
}

/** The variables of a program in a sandbox. */
export function sandboxEnvironment(
  { env, paths }: Pick<SurroundingsPlace, "env" | "paths">,
  settings: Pick<SandboxSettings, "env" | "backend">,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && KEPT.test(entry[0]),
  );
  return {
    TERM: "dumb",
    PAGER: "cat",
    GIT_PAGER: "cat",
    ...Object.fromEntries(kept),
    HOME: paths.home,
    // An image has programs of its own in places of its own.
    ...(settings.backend === "bubblewrap" && { PATH: systemPath(env) }),
    ...settings.env,
    ...given,
  };
}

/** Of the gateway's path what is in the sandbox. */
function systemPath({ PATH = "" }: Environment): string {
  const there = [...SYSTEM, ...OF_USR];
  return PATH.split(delimiter)
    .filter((directory) => there.some((each) => isWithin(directory, each)))
    .join(delimiter);
}
