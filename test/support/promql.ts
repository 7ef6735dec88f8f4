import { createRequire } from 'node:module';
import type { Parser } from '@lezer/common';

// Its typings are those of its ES module, which this CommonJS build cannot import.
const { parser } = createRequire(__filename)('@prometheus-io/lezer-promql') as { readonly parser: Parser };

/** What a query asks of the metrics: each name, with the labels that it is filtered or grouped by. */
export interface Asked {
  readonly metrics: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
}

/** Variables of Grafana's, as it replaces them before Prometheus sees a query. */
const VARIABLES: readonly (readonly [RegExp, string])[] = [
  [/\$__(?:rate_interval|range|interval)\b/g, '5m'],
  [/\$\{?\w+\}?/g, '.*'],
];

/**
 * Reads a query with the grammar that Prometheus' own editor uses.
 *
 * @throws SyntaxError when it is not one
 */
export function askedBy(query: string): Asked {
  const text = VARIABLES.reduce((replaced, [variable, value]) => replaced.replace(variable, value), query);
  const metrics = new Set<string>();
  const labels = new Set<string>();
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      const here = text.slice(from, to);
      if (type.isError) throw new SyntaxError(`not PromQL at ${String(from)}: ${text}`);
      if (type.name === 'VectorSelector')
        metrics.add(text.slice(from, node.getChild('Identifier')?.to ?? to));
      if (type.name === 'LabelName') labels.add(here);
    },
  });
  return { metrics, labels };
}
