import { ratioTo, type Measured } from './rounds';

/** A table in Markdown, its columns padded as Prettier pads them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((cells) => (cells[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  );
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(width - text.length);
}

/** What each contender did in a second: median, the range of its rounds, and the median of their ratios to the baseline's. */
export function rates(unit: string, baseline: string, measured: Readonly<Record<string, Measured>>): string {
  return table(
    ['', `${unit}, median`, 'rounds from – to', 'ratio'],
    Object.entries(measured).map(([name, found]) => [
      name,
      short(found.median),
      `${short(found.lowest)} – ${short(found.highest)}`,
      `${short(ratioTo(found, measured[baseline]))} ×`,
    ]),
  );
}

/** Three digits that mean something, as people read them. */
export function short(number: number): string {
  if (!Number.isFinite(number)) return '–';
  if (Math.abs(number) >= 1_000) return Math.round(number).toLocaleString('en-US');
  return String(Number(number.toPrecision(3)));
}
