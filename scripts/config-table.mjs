#!/usr/bin/env node
// Writes the table of variables into docs/configuration.md, from the code; with --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { configTable, withConfigTable } from '../dist/src/config/config-table.js';

const path = new URL('../docs/configuration.md', import.meta.url);
const before = readFileSync(path, 'utf8');
const after = withConfigTable(before, configTable());
if (after === before) process.exit(0);
if (process.argv.includes('--check')) {
  console.error('The table in docs/configuration.md is out of date: run "npm run docs:config".');
  process.exit(1);
}
writeFileSync(path, after);
