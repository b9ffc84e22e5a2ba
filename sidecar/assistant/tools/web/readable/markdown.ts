/** What a page says, as Markdown: its main part where it marks one, headings, lists, tables, code and links. */
import { elementsIn, type PageElement, type PageNode, pageOf } from "./tree.ts";

export interface Readable {
  title: string;
  text: string;
}

/** `links`: whether they are written with their addresses. */
export function readableOf(html: string, { baseUrl, links }: { baseUrl: string; links: boolean }): Readable {
  const { title, root } = pageOf(html);
  const main = mainPart(root);
  const how: How = { baseUrl, links, leavesOut: main === root ? AROUND : NONE };
  const text = blocksIn(main, how)
    .join("\n\n")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return { title, text };
}

interface How {
  baseUrl: string;
  links: boolean;
  /** Elements that are around what a page is about. */
  leavesOut: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const AROUND: ReadonlySet<string> = new Set(["nav", "header", "footer", "aside"]);
/** A part that is marked as the main one and says less is not what a page is about. */
const LEAST_CHARS = 200;

function mainPart(root: PageElement): PageElement {
  const marked = [...elementsIn(root)].filter(
    ({ name, attributes }) => name === "main" || name === "article" || attributes.role === "main",
  );
  const whole = plainText(root).length;
  const [first] = marked.filter((each) => {
    const { length } = plainText(each);
    return length >= LEAST_CHARS && length >= whole / 4;
  });
  return first ?? root;
}

function plainText(node: PageNode): string {
  return typeof node === "string" ? node : node.children.map(plainText).join("");
}

/** The paragraphs of an element: what stands between its blocks, and the blocks. */
function blocksIn(element: PageElement, how: How): string[] {
  const blocks: string[] = [];
  let line: PageNode[] = [];
  const endLine = () => {
    const text = inline(line, how);
    if (text !== "") blocks.push(text);
    line = [];
  };
  for (const child of element.children) {
    if (typeof child === "string" || !child.isBlock) {
      line.push(child);
      continue;
    }
    endLine();
    if (!how.leavesOut.has(child.name)) blocks.push(...blockOf(child, how));
  }
  endLine();
  return blocks;
}

function blockOf(element: PageElement, how: How): string[] {
  const { name } = element;
  if (/^h[1-6]$/.test(name)) {
    const text = inline(element.children, how);
    return text === "" ? [] : [`${"#".repeat(Number(name[1]))} ${text.replaceAll("\n", " ")}`];
  }
  if (name === "pre") return [fencedCode(plainText(element))];
  if (name === "hr") return ["---"];
  if (name === "blockquote") return [indented(blocksIn(element, how).join("\n\n"), "> ")];
  if (name === "ul" || name === "ol") return [listOf(element, how)];
  if (name === "table") return [tableOf(element, how)];
  return blocksIn(element, how);
}

function listOf(element: PageElement, how: How): string {
  const items = element.children.filter((child) => typeof child !== "string");
  return items
    .map((item, index) => {
      const mark = element.name === "ol" ? `${index + 1}. ` : "- ";
      const text = blocksIn(item, how).join("\n");
      return text === "" ? "" : `${mark}${indented(text, " ".repeat(mark.length)).trimStart()}`;
    })
    .filter((item) => item !== "")
    .join("\n");
}

function tableOf(element: PageElement, how: How): string {
  const rows = rowsIn(element);
  const lines = rows.map((row) => {
    const cells = row.children.filter((child) => typeof child !== "string");
    return `| ${cells
      .map((cell) =>
        blocksIn(cell, how)
          .join(" ")
          .replace(/\s*\n\s*/g, " ")
          .replaceAll("|", "\\|"),
      )
      .join(" | ")} |`;
  });
  const [head, ...rest] = lines;
  if (head === undefined) return blocksIn(element, how).join("\n\n");
  const columns = rows[0]?.children.filter((child) => typeof child !== "string").length ?? 1;
  return [head, `|${" --- |".repeat(columns)}`, ...rest].join("\n");
}

/** Its own, and not those of a table in one of its cells. */
function rowsIn(element: PageElement): PageElement[] {
  return element.children.flatMap((child) => {
    if (typeof child === "string" || child.name === "table") return [];
    return child.name === "tr" ? [child] : rowsIn(child);
  });
}

function inline(nodes: readonly PageNode[], how: How): string {
  return nodes
    .map((node) => inlineOf(node, how))
    .join("")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .trim();
}

function inlineOf(node: PageNode, how: How): string {
  if (typeof node === "string") return node.replace(/\s+/g, " ");
  const within = () => node.children.map((child) => inlineOf(child, how)).join("");
  switch (node.name) {
    case "br":
      return "\n";
    case "img": {
      const alt = (node.attributes.alt ?? "").replace(/\s+/g, " ").trim();
      return alt === "" ? "" : `[image: ${alt}]`;
    }
    case "a":
      return linkOf(within(), node.attributes.href, how);
    case "strong":
    case "b":
      return marked("**", within());
    case "em":
    case "i":
      return marked("_", within());
    case "code":
      return marked("`", plainText(node));
    default:
      return within();
  }
}

function linkOf(text: string, href: string | undefined, { baseUrl, links }: How): string {
  const label = text.trim();
  const url = href === undefined || href.startsWith("#") ? null : URL.parse(href, baseUrl);
  if (!links || label === "" || url === null || !/^https?:$/.test(url.protocol)) return text;
  return `${/^\s/.test(text) ? " " : ""}[${label.replace(/\s+/g, " ")}](${url.href})${/\s$/.test(text) ? " " : ""}`;
}

function marked(mark: string, text: string): string {
  return text.trim() === "" ? text : text.replace(/\S(?:[\s\S]*\S)?/, (words) => `${mark}${words}${mark}`);
}

function fencedCode(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${code.replace(/^\n/, "").trimEnd()}\n${fence}`;
}

function indented(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? by.trimEnd() : `${by}${line}`))
    .join("\n");
}
