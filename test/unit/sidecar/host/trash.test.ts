import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { moveToTrash } from "../../../../sidecar/host/trash.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

const AT = new Date(2026, 0, 31, 9, 5, 7).getTime();

const trash = (home: TempHome, path: string, platform: NodeJS.Platform = "linux", env = {}) =>
  moveToTrash(path, { env: home.env(env), platform, home: home.path }, AT);
const file = (home: TempHome, name: string, text = name) => {
  const path = join(home.path, name);
  writeFileSync(path, text);
  return path;
};

test.describe("the trash of a freedesktop", () => {
  test("keeps what it takes, with where it was and when it went", async ({ home }) => {
    const path = file(home, "Ä b%.json");

    const moved = await trash(home, path);

    const folder = join(home.path, ".local", "share", "Trash");
    expect(moved).toEqual({ path, kind: "trash", place: join(folder, "files", "Ä b%.json") });
    expect(existsSync(path)).toBe(false);
    expect(readFileSync(join(folder, "files", "Ä b%.json"), "utf8")).toBe("Ä b%.json");
    expect(readFileSync(join(folder, "info", "Ä b%.json.trashinfo"), "utf8")).toBe(
      `[Trash Info]\nPath=${home.path}/%C3%84%20b%25.json\nDeletionDate=2026-01-31T09:05:07\n`,
    );
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test("lies where XDG_DATA_HOME says, when that is absolute", async ({ home }) => {
    const data = join(home.path, "data");

    const there = await trash(home, file(home, "one"), "linux", { XDG_DATA_HOME: data });
    const usual = await trash(home, file(home, "two"), "linux", { XDG_DATA_HOME: "data" });

    expect(there.place).toBe(join(data, "Trash", "files", "one"));
    expect(usual.place).toBe(join(home.path, ".local", "share", "Trash", "files", "two"));
  });

  test("gives things with one name different places", async ({ home }) => {
    const places = [];
    for (const text of ["a", "b", "c"]) places.push((await trash(home, file(home, "x", text))).place ?? "");

    expect(places.map((place) => [place.split("/").at(-1), readFileSync(place, "utf8")])).toEqual([
      ["x", "a"],
      ["x.2", "b"],
      ["x.3", "c"],
    ]);
  });

  test("takes directories whole and links as links", async ({ home }) => {
    const folder = join(home.path, "state");
    mkdirSync(join(folder, "deep"), { recursive: true });
    writeFileSync(join(folder, "deep", "file"), "kept");
    const link = join(home.path, "link");
    symlinkSync(folder, link);

    const movedLink = await trash(home, link);

    expect(lstatSync(movedLink.place ?? "").isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "deep", "file"), "utf8")).toBe("kept");
    const { place = "" } = await trash(home, folder);
    expect(readFileSync(join(place, "deep", "file"), "utf8")).toBe("kept");
  });
});

test.describe("the trash of macOS", () => {
  test("is ~/.Trash, with the time in names that are taken", async ({ home }) => {
    const first = await trash(home, file(home, "x", "a"), "darwin");
    const second = await trash(home, file(home, "x", "b"), "darwin");

    expect(first.place).toBe(join(home.path, ".Trash", "x"));
    expect(second.place).toBe(join(home.path, ".Trash", "x 09.05.07"));
  });
});

test.describe("without a trash", () => {
  test("a thing is renamed where it is", async ({ home }) => {
    const path = file(home, "clawdbot.json");
    // A file where the trash should be: it cannot be created.
    file(home, ".local");

    const first = await trash(home, path);
    const second = await trash(home, file(home, "clawdbot.json"));

    expect(first).toEqual({ path, kind: "renamed", place: `${path}.trash-20260131-090507` });
    expect(second.place).toBe(`${path}.trash-20260131-090507-2`);
  });

  test("a directory that holds the trash is renamed as well", async ({ home }) => {
    const state = join(home.path, "state");
    mkdirSync(state);

    const moved = await trash(home, state, "linux", { XDG_DATA_HOME: join(state, "data") });

    expect(moved.kind).toBe("renamed");
    expect(existsSync(state)).toBe(false);
  });

  test("what cannot be moved at all stays, and the caller is told to stop", async ({ home }) => {
    await expect(trash(home, join(home.path, "absent"))).rejects.toMatchObject({
      code: "TRASH_FAILED",
      message: expect.stringMatching(
        /^.*absent cannot be moved to the trash \(ENOENT\)\. Nothing more was done\.$/,
      ),
    });
    expect(readdirSync(join(home.path, ".local", "share", "Trash", "info"))).toEqual([]);
  });
});
