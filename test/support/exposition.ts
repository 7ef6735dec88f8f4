/** What a page of metrics shows: each metric, with the labels and values of its series. */
export interface Exposition {
  /** Names as they are asked for: of a histogram `_bucket`, `_count` and `_sum`. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** The value of the series with at least these labels; undefined when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads Prometheus' text format. */
export function readExposition(text: string): Exposition {
  const series = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', inBraces = '', value = ''] = LINE.exec(line) ?? [];
      if (name === '') throw new SyntaxError(`not a metric: ${line}`);
      const pairs = [...inBraces.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
        ([, label = '', told = '']) => [label, told] as const,
      );
      return { name, labels: new Map(pairs), value: Number(value) };
    });
  const labels = new Map<string, Set<string>>();
  for (const one of series) {
    const known = labels.get(one.name) ?? new Set();
    for (const label of one.labels.keys()) known.add(label);
    labels.set(one.name, known);
  }
  return {
    labels,
    value: (name, wanted = {}) =>
      series.find(
        (one) =>
          one.name === name &&
          Object.entries(wanted).every(([label, value]) => one.labels.get(label) === value),
      )?.value,
  };
}
