/** The committed icons are what each platform's tray expects. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "@playwright/test";
import { ICON_NAMES, iconFile } from "../../../tray/icons.ts";
import { decodePng, type Picture } from "../../helpers/desktop/png.ts";

const AMBER = [255, 178, 36];
const RED = [229, 72, 77];

for (const name of ICON_NAMES) {
  test.describe(`the icon "${name}"`, () => {
    test("is a 64 px PNG with transparent corners and an opaque claw", () => {
      const picture = readPng(iconFile(name, "linux"));

      expect([picture.width, picture.height]).toEqual([64, 64]);
      expect(alphaAt(picture, 0, 0)).toBe(0);
      expect(alphaAt(picture, 63, 0)).toBe(0);
      expect(paintedShare(picture)).toBeGreaterThan(0.15);
      expect(paintedShare(picture)).toBeLessThan(0.85);
    });

    test("is a 44 px macOS template of black pixels with smooth edges", () => {
      const path = iconFile(name, "darwin");
      const picture = readPng(path);

      expect(basename(path)).toBe(`${name}Template.png`);
      expect([picture.width, picture.height]).toEqual([44, 44]);
      expect(colours(picture)).toEqual(["0,0,0"]);
      const alphas = new Set(picture.rgba.filter((_, index) => index % 4 === 3));
      expect(alphas.size, "steps between transparent and opaque").toBeGreaterThan(16);
    });

    test("is a Windows icon with an image for every size of its directory", () => {
      const ico = readFileSync(iconFile(name, "win32"));
      const count = ico.readUInt16LE(4);

      expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
      const sizes = Array.from({ length: count }, (_, index) => imageSize(ico, 6 + 16 * index));
      expect(sizes).toEqual([16, 20, 24, 32, 48, 256]);
    });
  });
}

test.describe("the icons", () => {
  test("mark degraded with an amber dot, an error with a red one, and nothing else with either", () => {
    const marked = (colour: number[]) =>
      ICON_NAMES.filter((name) => hasColour(readPng(iconFile(name, "linux")), colour));

    expect(marked(AMBER)).toEqual(["degraded"]);
    expect(marked(RED)).toEqual(["error"]);
  });

  test("differ from each other on every platform", () => {
    for (const platform of ["linux", "darwin", "win32"] as const) {
      const files = ICON_NAMES.map((name) => readFileSync(iconFile(name, platform)).toString("base64"));

      expect(new Set(files).size).toBe(ICON_NAMES.length);
    }
  });

  test("come with the drawing they are made from", () => {
    expect(existsSync(new URL("../../../assets/icons/clawdbot.svg", import.meta.url))).toBe(true);
  });
});

function readPng(path: string): Picture {
  return decodePng(readFileSync(path));
}

function alphaAt({ rgba, width }: Picture, x: number, y: number): number | undefined {
  return rgba[4 * (y * width + x) + 3];
}

function paintedShare({ rgba, width, height }: Picture): number {
  return rgba.filter((value, index) => index % 4 === 3 && value > 128).length / (width * height);
}

/** The colours of all pixels that are not fully transparent. */
function colours({ rgba }: Picture): string[] {
  const seen = new Set<string>();
  for (let at = 0; at < rgba.length; at += 4) {
    if (rgba[at + 3] !== 0) seen.add(rgba.subarray(at, at + 3).join(","));
  }
  return [...seen];
}

function hasColour({ rgba }: Picture, colour: number[]): boolean {
  for (let at = 0; at < rgba.length; at += 4) {
    if (rgba[at + 3] === 255 && colour.every((value, channel) => rgba[at + channel] === value)) return true;
  }
  return false;
}

/** The edge length of one image, after checking that directory and image agree on it. */
function imageSize(ico: Buffer, entry: number): number {
  const declared = ico.readUInt8(entry) || 256;
  const [length, offset] = [ico.readUInt32LE(entry + 8), ico.readUInt32LE(entry + 12)];
  const image = ico.subarray(offset, offset + length);
  expect(image.length).toBe(length);
  if (declared === 256) expect(decodePng(image).width).toBe(256);
  else {
    expect([image.readInt32LE(4), image.readInt32LE(8), image.readUInt16LE(14)]).toEqual([
      declared,
      2 * declared,
      32,
    ]);
    expect(length).toBe(40 + 4 * declared * declared + 4 * Math.ceil(declared / 32) * declared);
  }
  return declared;
}
