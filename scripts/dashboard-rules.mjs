#!/usr/bin/env node
// Prints the queries of the dashboard as Prometheus rules (JSON, which is YAML too), so that promtool can check them.
import { readFileSync } from 'node:fs';

const dashboard = JSON.parse(readFileSync(new URL('../helm/hangar/files/dashboard.json', import.meta.url), 'utf8'));
const queries = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets),
  ...dashboard.annotations.list.filter(({ expr }) => expr !== undefined),
];
const rules = queries.map(({ expr }, index) => ({
  record: `dashboard:query:${index}`,
  expr: expr.replaceAll('$namespace', '.*').replaceAll('$__rate_interval', '5m'),
}));
console.log(JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
