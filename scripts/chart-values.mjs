#!/usr/bin/env node
// Writes the table of values into the chart's README, from the comments of values.yaml; with --check it only
// compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, parseDocument } from 'yaml';

const VALUES = new URL('../helm/hangar/values.yaml', import.meta.url);
const README = new URL('../helm/hangar/README.md', import.meta.url);
const BEGIN = '<!-- values: begin (npm run docs:chart) -->';
const END = '<!-- values: end -->';

/** The description in the comment before a value, marked as for helm-docs; `undefined` where there is none. */
function description(comment) {
  const lines = (comment ?? '').split('\n').map((line) => line.trim());
  const begin = lines.findLastIndex((line) => line.startsWith('-- '));
  return begin < 0 ? undefined : lines.slice(begin).join(' ').slice(3);
}

/** A row for each described value. @throws where neither a value nor its parent is described */
function rowsOf(map, path = []) {
  return map.items.flatMap(({ key, value }, at) => {
    const names = [...path, key.value];
    const text = description(key.commentBefore ?? (at === 0 ? map.commentBefore : undefined));
    if (text !== undefined) return [{ name: names.join('.'), value: JSON.stringify(value), text }];
    if (isMap(value) && value.items.length > 0) return rowsOf(value, names);
    throw new Error(`values.yaml: ${names.join('.')} has no comment that begins with "# --"`);
  });
}

function table(text) {
  const cell = (content) => content.replaceAll('|', '\\|');
  const rows = rowsOf(parseDocument(text).contents).map(
    ({ name, value, text: meaning }) => `| \`${name}\` | \`${cell(value)}\` | ${cell(meaning)} |`,
  );
  return ['| Value | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

const before = readFileSync(README, 'utf8');
const [head, tail] = [before.split(BEGIN)[0], before.split(END)[1]];
if (tail === undefined) throw new Error(`the marks "${BEGIN}" and "${END}" are missing`);
const after = `${head}${BEGIN}\n\n${table(readFileSync(VALUES, 'utf8'))}\n\n${END}${tail}`;
if (after !== before && process.argv.includes('--check')) {
  console.error('The table of values in helm/hangar/README.md is out of date: run "npm run docs:chart".');
  process.exit(1);
}
if (after !== before) writeFileSync(README, after);
