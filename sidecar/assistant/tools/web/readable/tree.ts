/** A page as a tree of what a reader sees of it: without scripts, without what is hidden, and no deeper than a page ever is. */
import { Parser } from "htmlparser2";

export interface PageElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: PageNode[];
  /** It is a paragraph of its own, or holds one. */
  isBlock: boolean;
}
export type PageNode = PageElement | string;

/** Deeper elements are taken for their parents. */
const MOST_DEPTH = 200;
/** What goes on beyond these is no page that somebody reads: it is read up to there. */
const MOST_OPEN = 1_000;
const MOST_ELEMENTS = 50_000;

const UNSEEN = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "math",
  "iframe",
  "object",
  "embed",
  "canvas",
  "audio",
  "video",
  "map",
  "dialog",
  "datalist",
  "select",
  "button",
  "input",
  "textarea",
]);

const BLOCKS = new Set(
  (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
  ).split(" "),
);

export interface Page {
  title: string;
  root: PageElement;
}

export function pageOf(html: string): Page {
  const root: PageElement = { name: "body", attributes: {}, children: [], isBlock: true };
  const open: PageElement[] = [root];
  let title = "";
  let [elements, depth] = [0, 0];
  /** Elements that are open within one that nobody sees, that one included. */
  let unseen = 0;
  /** Elements that are open and too deep to be kept. */
  let deep = 0;
  let isInTitle = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        elements += 1;
        depth += 1;
        if (elements > MOST_ELEMENTS || depth > MOST_OPEN) throw new EnoughRead();
        if (unseen > 0 || UNSEEN.has(name) || isHidden(attributes)) unseen += 1;
        else if (name === "title" && title === "") isInTitle = true;
        else if (open.length >= MOST_DEPTH) deep += 1;
        else {
          const isBlock = BLOCKS.has(name);
          const element = { name, attributes: { ...attributes }, children: [], isBlock };
          open.at(-1)?.children.push(element);
          if (isBlock) markAround(open);
          open.push(element);
        }
      },
      ontext(text) {
        if (isInTitle) title += text;
        else if (unseen === 0) open.at(-1)?.children.push(text);
      },
      onclosetag(name) {
        depth -= 1;
        if (unseen > 0) unseen -= 1;
        else if (isInTitle && name === "title") isInTitle = false;
        else if (deep > 0) deep -= 1;
        else if (open.length > 1 && open.at(-1)?.name === name) open.pop();
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  try {
    parser.write(html);
    parser.end();
  } catch (error) {
    if (!(error instanceof EnoughRead)) throw error;
  }
  return { title: title.replace(/\s+/g, " ").trim().slice(0, 300), root };
}

class EnoughRead extends Error {}

/** Every element that is within the element, before what is within that. */
export function* elementsIn(element: PageElement): Generator<PageElement> {
  for (const child of element.children) {
    if (typeof child === "string") continue;
    yield child;
    yield* elementsIn(child);
  }
}

function markAround(open: readonly PageElement[]): void {
  for (let index = open.length - 1; index >= 0; index -= 1) {
    const around = open[index];
    if (around === undefined || around.isBlock) return;
    around.isBlock = true;
  }
}

/** What a page hides from people is not shown to a model either: it is where orders to models stand. */
function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  if (attributes.hidden !== undefined || attributes["aria-hidden"] === "true") return true;
  const style = (attributes.style ?? "").replace(/\s+/g, "").toLowerCase();
  return /(?:^|;)(?:display:none|visibility:hidden|opacity:0(?:\.0+)?(?:;|$)|font-size:0(?:px|em|rem|%)?(?:;|$))/.test(
    style,
  );
}
