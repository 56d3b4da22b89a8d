import { spawnSync } from 'node:child_process';

/** What each group of tests runs: projects of Jest, all in one run, or a program of its own. */
const GROUPS = {
  unit: 'jest',
  integration: 'jest',
  e2e: 'jest',
  docs: 'jest',
  browser: 'jest',
  plans: 'jest',
  clocks: 'jest',
  chaos: 'jest',
  database: 'jest',
  bench: 'jest',
  sso: 'jest',
  chart: '.ci/chart',
  rules: '.ci/rules',
  image: '.ci/image',
};
const MAIN = new Set(['unit', 'integration', 'e2e']);
const ALL = Object.keys(GROUPS);
const SETS = { all: ALL, long: ALL.filter((name) => !MAIN.has(name)) };
const WRONG_USE = 2;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in GROUPS) && !(name in SETS));
if (unknown.length > 0) {
  const names = [...ALL, ...Object.keys(SETS)].join(' ');
  process.stderr.write(`There is no group of tests ${unknown.join(', ')}. Groups: ${names}\n`);
  process.exit(WRONG_USE);
}

const wanted = (asked.length === 0 ? ['all'] : asked).flatMap((name) => SETS[name] ?? [name]);
const projects = wanted.filter((name) => GROUPS[name] === 'jest');
const failed = wanted.filter((name) => GROUPS[name] !== 'jest').filter((name) => !succeeds(GROUPS[name], []));
if (projects.length > 0 && !succeeds('npm', ['run', '--silent', 'jest', '--', '--selectProjects', ...projects]))
  failed.unshift(projects.join(', '));
if (failed.length > 0) process.stderr.write(`\nFailed: ${failed.join(', ')}\n`);
process.exit(failed.length === 0 ? 0 : 1);

function succeeds(program, args) {
  process.stderr.write(`\n== ${[program, ...args].join(' ')}\n`);
  return spawnSync(program, args, { stdio: 'inherit' }).status === 0;
}
