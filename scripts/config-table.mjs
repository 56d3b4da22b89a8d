#!/usr/bin/env node
// Writes the variables into docs/configuration.md and the chart's values.schema.json, from the code; with --check it only
// compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { chartConfigProperties, configTable, withConfigTable } from '../dist/src/config/config-table.js';

const TABLE = 'docs/configuration.md';
const SCHEMA = 'helm/hangar/values.schema.json';

const check = process.argv.includes('--check');
const outdated = [
  await update(TABLE, (text) => withConfigTable(text, configTable())),
  await update(SCHEMA, withChartConfig),
].flat();
if (outdated.length > 0 && check) {
  console.error(`Out of date: ${outdated.join(', ')}. Run "npm run docs:config".`);
  process.exit(1);
}

/** The name of the file where it changed. */
async function update(name, change) {
  const path = new URL(`../${name}`, import.meta.url).pathname;
  const before = readFileSync(path, 'utf8');
  const after = await change(before, path);
  if (after !== before && !check) writeFileSync(path, after);
  return after === before ? [] : [name];
}

async function withChartConfig(text, path) {
  const schema = JSON.parse(text);
  schema.properties.config.properties = chartConfigProperties();
  return format(JSON.stringify(schema, null, 2), { ...(await resolveConfig(path)), parser: 'json' });
}
