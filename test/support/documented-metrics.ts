import { readFileSync } from 'node:fs';

/** A metric as the table in docs/operations.md describes it. */
export interface DocumentedMetric {
  readonly labels: readonly string[];
  /** The values of its labels that the table names. */
  readonly values: readonly string[];
}

const ROW = /^\| (`(?:hangar|process|nodejs)_[^|]*) \|(.*)\|$/gm;
const NAME = /`([a-z0-9_]+)(?:\{([a-z,]+)\})?`/g;

/** The metrics of that table, by name. */
export function documentedMetrics(): Map<string, DocumentedMetric> {
  const documented = new Map<string, DocumentedMetric>();
  for (const [, names = '', meaning = ''] of readFileSync('docs/operations.md', 'utf8').matchAll(ROW)) {
    const values = [...meaning.matchAll(/`([a-z_]+)`/g)].map(([, value = '']) => value);
    for (const [, name = '', labels = ''] of names.matchAll(NAME))
      documented.set(name, { labels: labels.split(',').filter((label) => label !== ''), values });
  }
  return documented;
}

/** A metric that a query names, and the values that it selects by label. */
export interface NamedMetric {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[];
}

const NAMED = /\b((?:hangar|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g;
const MATCHER = /([a-z_]+)[=!]~?"([^"]*)"/g;

/** The metrics that a query names; the parts of a histogram by its name. Alternatives of a pattern are values of their own. */
export function metricsOf(query: string): NamedMetric[] {
  return [...query.matchAll(NAMED)].map(([, name = '', matchers = '']) => ({
    name: name.replace(/_(?:bucket|sum|count)$/, ''),
    matchers: [...matchers.matchAll(MATCHER)].map(([, label = '', values = '']) => ({
      label,
      values: values.split('|'),
    })),
  }));
}
