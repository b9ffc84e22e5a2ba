import { expect, test } from "@playwright/test";
import { MOST_PART_CHARS, noteParts } from "../../../../../sidecar/assistant/memory/chunks.ts";

test("a note is cut at its headings, each part with those above it and its lines", () => {
  const note = [
    "Before any heading.",
    "",
    "# Trips",
    "",
    "## Rome ##",
    "Hotel Aurora, room 12.",
    "",
    "```",
    "# no heading, code",
    "```",
    "## Oslo",
    "Cold.",
    "# Health",
    "Dr. Weber",
  ].join("\r\n");

  expect(noteParts(note)).toEqual([
    { fromLine: 1, toLine: 1, heading: "", text: "Before any heading." },
    { fromLine: 3, toLine: 3, heading: "Trips", text: "# Trips" },
    {
      fromLine: 5,
      toLine: 10,
      heading: "Trips > Rome",
      text: "## Rome ##\nHotel Aurora, room 12.\n```\n# no heading, code\n```",
    },
    { fromLine: 11, toLine: 12, heading: "Trips > Oslo", text: "## Oslo\nCold." },
    { fromLine: 13, toLine: 14, heading: "Health", text: "# Health\nDr. Weber" },
  ]);
});

test("a deeper heading without one between belongs to what is above it, and the next one ends it", () => {
  const headings = noteParts("# A\n### C\nx\n## B\ny").map(({ heading }) => heading);

  expect(headings).toEqual(["A", "A > C", "A > B"]);
});

test("nothing of a long section is lost, no part is too long, and neighbours share an end", () => {
  const paragraphs = Array.from({ length: 60 }, (_, index) =>
    `Paragraph ${index}: ${"word ".repeat(20)}`.trim(),
  );
  const parts = noteParts(`# Long\n\n${paragraphs.join("\n\n")}`);

  expect(Math.max(...parts.map(({ text }) => text.length))).toBeLessThanOrEqual(MOST_PART_CHARS);
  expect(paragraphs.filter((each) => !parts.some(({ text }) => text.includes(each)))).toEqual([]);
  const overlaps = parts.slice(1).map(({ fromLine }, index) => fromLine <= (parts[index]?.toLine ?? 0));
  expect(overlaps).toEqual(overlaps.map(() => true));
});

test("one endless line is cut between words, and between letters where there are none", () => {
  const words = Array.from({ length: 900 }, (_, index) => `w${index}`).join(" ");
  const letters = "😀".repeat(3_000);

  const parts = noteParts(words).map(({ text }) => text);
  expect(parts.join(" ").split(" ").length).toBeGreaterThanOrEqual(900);
  expect(words.split(" ").filter((word) => !parts.some((text) => text.split(" ").includes(word)))).toEqual(
    [],
  );
  const cut = noteParts(letters).map(({ text }) => text);
  expect(cut.every((text) => text.length <= MOST_PART_CHARS && text.isWellFormed())).toBe(true);
  expect(cut.join("")).toBe(letters);
});

test("an empty note has no part", () => {
  expect(["", "\n\n", " \t\n"].map(noteParts)).toEqual([[], [], []]);
});
