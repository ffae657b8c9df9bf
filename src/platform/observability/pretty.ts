const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};
/** Shown in a place of their own, or of no interest on a terminal. */
const APART = new Set(
  'level time pid hostname context msg err method route status durationMs'.split(' '),
);

type Line = Readonly<Record<string, unknown>>;

/** One line of the log for a person: what happened first, then the other fields. Nothing in it can begin a new line (S-41). */
export function pretty(json: string): string {
  const line = JSON.parse(json) as Line;
  const time = new Date(Number(line['time'])).toTimeString().slice(0, 8);
  const level = LEVELS[Number(line['level'])] ?? String(line['level']);
  const fields = Object.entries(line)
    .filter(([name, value]) => !APART.has(name) && value !== null)
    .map(([name, value]) => `${name}=${show(value)}`);
  const first = [time, level, headline(line), ...fields].filter((part) => part !== '').join(' ');
  return `${first}\n${stackOf(line['err'])}`;
}

function headline({ context, msg, method, route, status, durationMs }: Line): string {
  if (method === undefined) {
    return [context === undefined ? '' : `[${show(context)}]`, show(msg ?? '')].join(' ').trim();
  }
  return `${show(method)} ${show(route ?? '-')} ${show(status)} ${show(durationMs)} ms`;
}

/** Of both kinds, ESC among them: a terminal would obey. JSON escapes only the first kind. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

/** Text as it is where that is harmless, anything else as JSON without control characters. */
function show(value: unknown): string {
  if (typeof value === 'string' && value.search(CONTROL) < 0) return value;
  return JSON.stringify(value).replaceAll(CONTROL, '\uFFFD');
}

/** The frames, each on a line of its own; the message is cleaned like any other text. */
function stackOf(err: unknown): string {
  const { stack, type, message } = (err ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof message !== 'string') return '';
  const frames = typeof stack === 'string' ? (stack.match(/^ {4}at .*$/gm) ?? []) : [];
  return [`  ${show(type)}: ${show(message)}`, ...frames].map((line) => `${line}\n`).join('');
}
