/** The screen of a terminal as a page: what tmux captured with its colours, in a frame. */

interface Style {
  bold: boolean;
  dim: boolean;
  color: string | undefined;
}

const COLORS: Readonly<Record<string, string>> = {
  31: "#f07178",
  32: "#c3e88d",
  33: "#ffcb6b",
  36: "#89ddff",
};

/** A whole HTML document with the text, whose colours are escape sequences. */
export function screenPage(captured: string, { columns, title }: { columns: number; title: string }): string {
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 14px; background: #fff; width: max-content; }
    figure { margin: 0; border-radius: 8px; overflow: hidden; background: #1e2430; box-shadow: 0 2px 8px #0006; }
    figcaption { font: 13px sans-serif; color: #aab; background: #2b3242; padding: 7px; text-align: center; }
    pre { margin: 0; padding: 12px 16px; color: #dfe3ec; font: 14px/1.35 "DejaVu Sans Mono", monospace; width: ${columns}ch; }
  </style><figure><figcaption>${escaped(title)}</figcaption><pre>${asHtml(captured)}</pre></figure>`;
}

/** A style holds over the ends of rows until another one comes. */
function asHtml(captured: string): string {
  let style: Style = { bold: false, dim: false, color: undefined };
  return captured
    .split(new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`))
    .map((part, index) => {
      if (index % 2 === 0) return part === "" ? "" : `<span style="${css(style)}">${escaped(part)}</span>`;
      for (const code of part.split(";")) style = after(style, code);
      return "";
    })
    .join("");
}

function after(style: Style, code: string): Style {
  if (code === "" || code === "0") return { bold: false, dim: false, color: undefined };
  if (code === "1") return { ...style, bold: true };
  if (code === "2") return { ...style, dim: true };
  if (code === "39") return { ...style, color: undefined };
  return code in COLORS ? { ...style, color: COLORS[code] } : style;
}

function css({ bold, dim, color }: Style): string {
  return `${bold ? "font-weight:bold;" : ""}${dim ? "opacity:.6;" : ""}${color === undefined ? "" : `color:${color}`}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
