import { readFileSync } from 'node:fs';

/** A metric as the README's table tells of it. */
export interface ToldMetric {
  readonly labels: readonly string[];
  /** The values of its labels that the table names. */
  readonly values: readonly string[];
}

const ROW = /^\| (`(?:hangar|process|nodejs)_[^|]*) \|(.*)\|$/gm;
const NAME = /`([a-z0-9_]+)(?:\{([a-z,]+)\})?`/g;

/** The metrics of the README's table, by name. */
export function toldMetrics(): Map<string, ToldMetric> {
  const told = new Map<string, ToldMetric>();
  for (const [, names = '', meaning = ''] of readFileSync('README.md', 'utf8').matchAll(ROW)) {
    const values = [...meaning.matchAll(/`([a-z_]+)`/g)].map(([, value = '']) => value);
    for (const [, name = '', labels = ''] of names.matchAll(NAME))
      told.set(name, { labels: labels.split(',').filter((label) => label !== ''), values });
  }
  return told;
}

/** A metric that a query names, and what it wants of its labels. */
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
