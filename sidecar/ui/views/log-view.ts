/** The tail of the gateway's log, readable and live. It stands still as soon as somebody scrolls up to read. */
import { clockText, dayKey, dayText } from "../format.ts";
import { LEVELS, type Level } from "../log-line.ts";
import type { LogEntry, State } from "../store.ts";
import type { Texts } from "../texts/texts.ts";
import { element, section, setText, type View } from "./dom.ts";

const OFFERED_LEVELS = ["trace", "info", "warn", "error"] as const satisfies readonly Level[];
/** Nearer to the end than this counts as at the end. */
const END_SLACK_PX = 24;

export function logView(texts: Texts): View<State> {
  const { log } = texts;
  const file = element("p", { className: "file" });
  const level = element("select", { name: "level", ariaLabel: log.level });
  for (const name of OFFERED_LEVELS) level.append(element("option", { value: name }, log.levels[name]));
  const follow = element("button", { type: "button", className: "toggle" }, log.follow);
  const notice = element("p", { className: "empty" });
  const lines = element("div", { className: "lines", role: "log", tabIndex: 0, ariaLabel: log.title });
  // A log is live by its role; read aloud line by line it would drown everything else.
  lines.setAttribute("aria-live", "off");
  const tools = element("div", { className: "tools" }, level, follow);
  const node = section(
    "log",
    log.title,
    file,
    tools,
    element("div", { className: "scroller" }, lines, notice),
  );

  let isFollowing = true;
  let entries: readonly LogEntry[] = [];
  let lastId = 0;
  let lastDay: string | undefined;

  const setFollowing = (value: boolean) => {
    isFollowing = value;
    follow.ariaPressed = String(value);
    if (value) lines.scrollTop = lines.scrollHeight;
  };
  const isWanted = (entry: LogEntry) => LEVELS.indexOf(entry.level) >= LEVELS.indexOf(level.value as Level);
  const append = () => {
    const rows: HTMLElement[] = [];
    for (const entry of entries) {
      if (entry.id <= lastId || !isWanted(entry)) continue;
      const day = entry.timeMs === undefined ? lastDay : dayKey(entry.timeMs);
      if (day !== lastDay && entry.timeMs !== undefined) {
        rows.push(element("p", { className: "day" }, dayText(entry.timeMs, texts.language)));
      }
      lastDay = day;
      rows.push(row(entry));
    }
    lines.append(...rows);
    lastId = entries.at(-1)?.id ?? lastId;
    dropBefore(lines, entries[0]?.id ?? 0);
    if (isFollowing) lines.scrollTop = lines.scrollHeight;
  };
  const redraw = () => {
    lines.replaceChildren();
    lastId = 0;
    lastDay = undefined;
    append();
  };
  const showNotice = (problem: string | undefined) => {
    const emptiness = entries.length === 0 ? log.empty : entries.some(isWanted) ? "" : log.emptyAtLevel;
    setText(notice, problem === undefined ? emptiness : log.unreadable(problem));
    notice.hidden = notice.textContent === "";
  };

  let problem: string | undefined;
  level.addEventListener("change", () => {
    redraw();
    showNotice(problem);
  });
  follow.addEventListener("click", () => setFollowing(!isFollowing));
  lines.addEventListener("scroll", () => {
    const isAtEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < END_SLACK_PX;
    if (isAtEnd !== isFollowing) setFollowing(isAtEnd);
  });
  new ResizeObserver(() => {
    if (isFollowing) lines.scrollTop = lines.scrollHeight;
  }).observe(lines);
  setFollowing(true);
  showNotice(undefined);

  return {
    node,
    render: (state) => {
      setText(file, state.log.file ?? "");
      if (state.log.entries === entries && state.log.problem === problem) return;
      entries = state.log.entries;
      problem = state.log.problem;
      const first = entries[0];
      // Lines of another file, or so many new ones that none of the old is left, do not continue the ones shown.
      if (first !== undefined && first.id <= lastId + 1) append();
      else redraw();
      showNotice(problem);
    },
  };
}

function row(entry: LogEntry): HTMLElement {
  const time = element("time", {}, entry.timeMs === undefined ? "" : clockText(entry.timeMs));
  if (entry.timeMs !== undefined) time.dateTime = new Date(entry.timeMs).toISOString();
  const text = element("span", { className: "text" }, entry.message);
  if (entry.repeated > 1) text.append(" ", element("span", { className: "repeated" }, `×${entry.repeated}`));
  for (const [name, value] of entry.fields) {
    const field = element("span", { className: value.includes("\n") ? "field long" : "field" });
    field.append(element("span", { className: "key" }, `${name}=`), value);
    text.append(" ", field);
  }
  const node = element(
    "div",
    { className: "line" },
    time,
    element("span", { className: "level" }, entry.level),
    text,
  );
  node.dataset.level = entry.level;
  node.dataset.id = String(entry.id);
  return node;
}

/** Removes the rows of lines that the store no longer keeps, and the days that thereby lost all theirs. */
function dropBefore(lines: HTMLElement, firstId: number): void {
  let day: Element | undefined;
  let node = lines.firstElementChild;
  while (node instanceof HTMLElement) {
    const next = node.nextElementSibling;
    const { id } = node.dataset;
    if (id === undefined) {
      day?.remove();
      day = node;
    } else if (Number(id) < firstId) node.remove();
    else return;
    node = next;
  }
}
