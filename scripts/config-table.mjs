#!/usr/bin/env node
// Writes the table of variables into the README, from the code; with --check it only looks whether it is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { configTable, withConfigTable } from '../dist/src/config/config-table.js';

const path = new URL('../README.md', import.meta.url);
const before = readFileSync(path, 'utf8');
const after = withConfigTable(before, configTable());
if (after === before) process.exit(0);
if (process.argv.includes('--check')) {
  console.error('The configuration table in README.md is not current: run "npm run docs:config".');
  process.exit(1);
}
writeFileSync(path, after);
