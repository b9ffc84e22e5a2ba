/** Building and changing elements. Text only ever becomes text nodes, never markup. */

type Content = Node | string;

/**
 * A part of the page that redraws itself from the state. `nowMs` is epoch milliseconds, `monotonicMs` the same moment for everything
 * that lasts.
 */
export interface View<S> {
  node: HTMLElement;
  render(state: S, nowMs: number, monotonicMs: number): void;
}

/** Creates an element with the given properties (`className`, `type`, …) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: Content[]
): HTMLElementTagNameMap[K] {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** Sets the text unless it already stands there, so that nothing is announced or selected away without need. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Text whose parts between backticks are code. */
export function richText(text: string): Content[] {
  return text.split("`").map((part, index) => (index % 2 === 0 ? part : element("code", {}, part)));
}

/** Text that may break after its slashes, as paths and addresses should. */
function breakable(text: string): Content[] {
  return text
    .split(/(?<=[^/]\/)(?=[^/])/)
    .flatMap((part, index) => (index === 0 ? [part] : [element("wbr"), part]));
}

/** The mark of the project at `size` pixels; decoration beside its name. */
export function logo(size: number): HTMLElement {
  return element("img", { className: "logo", src: "./favicon.svg", alt: "", width: size, height: size });
}

/** A heading with what belongs to it, named for assistive technology by the heading. */
export function section(className: string, title: string, ...children: Content[]): HTMLElement {
  const heading = element("h2", { id: `${className}-title` }, title);
  const node = element("section", { className }, heading, ...children);
  node.setAttribute("aria-labelledby", heading.id);
  return node;
}

/** Terms with values that change; `set` gives all values in the order of the terms, `–` where one is unknown. */
export function termList(terms: readonly string[]): {
  node: HTMLElement;
  set(values: readonly (string | undefined)[]): void;
} {
  const values = terms.map(() => element("dd", {}, "–"));
  const rows = terms.map((term, index) => element("div", {}, element("dt", {}, term), values[index] ?? ""));
  return {
    node: element("dl", {}, ...rows),
    set: (texts) => {
      for (const [index, value] of values.entries()) {
        const text = texts[index] || "–";
        if (value.textContent !== text) value.replaceChildren(...breakable(text));
      }
    },
  };
}
