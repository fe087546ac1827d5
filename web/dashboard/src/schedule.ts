// Whether a site link's schedule is open at a moment: "Mon-Fri 18:00-06:00, Sun 00:00-24:00".

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const WINDOW = /^([a-z]{3})(?:-([a-z]{3}))?\s+(\d{2}):(\d{2})-(\d{2}):(\d{2})$/;
const DAY = 24 * 60;
const WEEK = 7 * DAY;

/** Open when in doubt: a schedule that cannot be read must not hide that something is behind. */
export function isOpen(schedule: string, at: Date): boolean {
  const text = schedule.trim().toLowerCase();
  if (text === "always" || text === "") return true;
  if (text === "never") return false;
  const minute = at.getUTCDay() * DAY + at.getUTCHours() * 60 + at.getUTCMinutes();
  let readable = true;
  for (const part of text.split(",")) {
    const open = windowHolds(part.trim(), minute);
    if (open) return true;
    if (open === null) readable = false;
  }
  return !readable;
}

function windowHolds(text: string, minute: number): boolean | null {
  const match = WINDOW.exec(text);
  if (!match) return null;
  const first = DAYS.indexOf(match[1]!);
  const last = match[2] ? DAYS.indexOf(match[2]) : first;
  if (first < 0 || last < 0) return null;
  const from = Number(match[3]) * 60 + Number(match[4]);
  const to = Number(match[5]) * 60 + Number(match[6]);
  const length = to > from ? to - from : to + DAY - from; // past midnight: belongs to its first day
  for (let day = first; ; day = (day + 1) % 7) {
    const since = (minute - (day * DAY + from) + WEEK) % WEEK;
    if (since < length) return true;
    if (day === last) return false;
  }
}
