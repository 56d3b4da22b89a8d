import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type NamedMetric, metricsOf, documentedMetrics } from '../support/documented-metrics.js';

const FILES = 'helm/hangar/files';
const RULE_TESTS = 'test/promtool';

interface Alert {
  readonly name: string;
  readonly text: string;
  readonly query: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

function alerts(): Alert[] {
  const [, ...parts] = readFileSync(join(FILES, 'alerts.yaml'), 'utf8').split(/^ {6}- alert: /m);
  return parts.map((text) => ({
    name: /^\w+/.exec(text)?.[0] ?? '',
    text,
    query: /^ {8}expr: ([^]*?)^ {8}(?:for|labels):/m.exec(text)?.[1] ?? '',
  }));
}

const DASHBOARD = readFileSync(join(FILES, 'dashboard.json'), 'utf8');
const { panels, templating } = JSON.parse(DASHBOARD) as {
  panels: Panel[];
  templating: { list: { name: string; type: string }[] };
};
const ALERTS = alerts();
const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');

/** What docs/operations.md does not document. */
function unknownIn({ name, matchers }: NamedMetric): string[] {
  const documented = documentedMetrics().get(name);
  if (!documented) return [name];
  return matchers
    .filter(({ label }) => !['namespace', 'le'].includes(label))
    .flatMap(({ label, values }) => {
      if (!documented.labels.includes(label)) return [`${name}{${label}}`];
      const words = values.filter((value) => /^[a-z_]+$/.test(value));
      return words.filter((value) => !documented.values.includes(value)).map((value) => `${name}{${label}="${value}"}`);
    });
}

describe('the alerts', () => {
  it('name documented metrics, labels and values', () => {
    expect(ALERTS.length).toBeGreaterThan(25);
    for (const { name, query } of ALERTS) {
      const named = metricsOf(query);
      expect([name, named.length > 0]).toEqual([name, true]);
      expect([name, named.flatMap(unknownIn)]).toEqual([name, []]);
    }
  });

  it('each have a severity, a summary, and a section in the runbook', () => {
    const headings = [...RUNBOOK.matchAll(/^### (Hangar\w+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(ALERTS.map(({ name }) => name));
    for (const { name, text } of ALERTS) {
      expect([name, text]).toEqual([name, expect.stringMatching(/severity: (?:critical|warning)$/m)]);
      expect([name, text]).toEqual([name, expect.stringMatching(/^ {10}summary: .{20,140}\.'?$/m)]);
      expect(text).toContain(`runbook: docs/runbook.md#${name.toLowerCase()}\n`);
    }
  });

  it('have runbook sections that say what to check, how to fix it, and how urgent it is', () => {
    const sections = RUNBOOK.split(/^###? /m).filter((section) => section.startsWith('Hangar'));
    for (const section of sections) {
      expect(section).toMatch(/^- Check: /m);
      expect(section).toMatch(/^- Fix: /m);
      expect(section).toMatch(/^- Can wait: /m);
    }
  });

  it('pass promtool tests: each fires, resolves, and stays inactive when it must', () => {
    const tests = readdirSync(RULE_TESTS, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => readFileSync(join(RULE_TESTS, file), 'utf8'));
    const cases = tests.flatMap((text) => text.split(/^ {2}- name: /m).slice(1));
    for (const { name } of ALERTS) {
      const own = cases.filter((text) => text.startsWith(`${name} fires and resolves`));
      expect([name, own.length]).toEqual([name, 1]);
      expect(own[0]).toContain(`runbook: docs/runbook.md#${name.toLowerCase()}`);
      expect(own[0]?.match(new RegExp(`alertname: ${name}, exp_alerts: \\[\\]`, 'g'))?.length).toBeGreaterThan(1);
    }
  });
});

describe('the dashboard', () => {
  const queries = panels.flatMap(({ targets = [] }) => targets);

  it('names documented metrics, labels and values, and shows each of them', () => {
    const named = queries.flatMap(({ expr }) => metricsOf(expr));
    expect(named.flatMap(unknownIn)).toEqual([]);
    const shown = new Set(named.map(({ name }) => name));
    const left = [...documentedMetrics().keys()].filter((name) => !shown.has(name));
    expect(left).toEqual(['hangar_metrics_unreadable_total', 'nodejs_heap_size_used_bytes']);
  });

  it('has panels with unique ids, titles and descriptions, and with units', () => {
    const ids = panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, title, description, fieldConfig } of panels) {
      expect(title).not.toBe('');
      if (type === 'row') continue;
      expect([title, description]).toEqual([title, expect.stringMatching(/.{10,}/)]);
      if (type !== 'heatmap') expect([title, fieldConfig?.defaults.unit]).toEqual([title, expect.any(String)]);
    }
  });

  it('has no panels that overlap or exceed the grid', () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let { x } = gridPos; x < gridPos.x + gridPos.w; x += 1)
        for (let { y } = gridPos; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, taken.get(`${x},${y}`)]).toEqual([title, undefined]);
          taken.set(`${x},${y}`, title);
        }
    }
  });

  it('queries the selected data source and namespace', () => {
    expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'namespace']);
    const sources = [...DASHBOARD.matchAll(/"uid": "([^"]+)"/g)].map(([, uid]) => uid);
    expect(new Set(sources)).toEqual(new Set(['${datasource}', '-- Grafana --', 'hangar']));
    for (const { expr } of queries) expect(expr).toContain('namespace=~"$namespace"');
  });
});
