/** Time as people and models read it: in a zone, with its offset. Nothing here asks the machine. */

/** How a moment is written. */
export interface TimeStyle {
  /** IANA name. */
  zone: string;
  isTwelveHour: boolean;
}

/** Such as `Mon 2026-03-02 14:05 +01:00`. */
export function momentText(atMs: number, { zone, isTwelveHour }: TimeStyle): string {
  const { weekday, date, hour, minute, offset } = partsAt(atMs, zone);
  const time = isTwelveHour
    ? `${hour % 12 === 0 ? 12 : hour % 12}:${minute} ${hour < 12 ? "am" : "pm"}`
    : `${String(hour).padStart(2, "0")}:${minute}`;
  return `${weekday.slice(0, 3)} ${date} ${time} ${offset}`;
}

/** Such as `Monday, 2026-03-02`. */
export function dayText(atMs: number, zone: string): string {
  const { weekday, date } = partsAt(atMs, zone);
  return `${weekday}, ${date}`;
}

/** Such as `2026-03-02`; `daysBack` counts days of the calendar. */
export function dateIn(zone: string, atMs: number, daysBack = 0): string {
  const today = partsAt(atMs, zone).date;
  if (daysBack === 0) return today;
  const day = new Date(`${today}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() - daysBack);
  return day.toISOString().slice(0, 10);
}

/** How far the clocks of the zone are ahead of UTC, in ms. */
export function offsetAt(zone: string, atMs: number): number {
  const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] =
    /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(partsAt(atMs, zone).offset) ?? [];
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === "-" ? -ms : ms;
}

/** Such as `3 min`, `2 h`, `5 days`; undefined for less than a minute. */
export function elapsedText(ms: number): string | undefined {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return undefined;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than all of its uses. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "long",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "longOffset",
  });
  FORMATS.set(zone, made);
  return made;
}

function partsAt(atMs: number, zone: string) {
  const found = Object.fromEntries(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const offset = (found.timeZoneName ?? "").replace("GMT", "") || "+00:00";
  return {
    weekday: found.weekday ?? "",
    date: `${found.year}-${found.month}-${found.day}`,
    hour: Number(found.hour),
    minute: found.minute ?? "",
    offset,
  };
}
