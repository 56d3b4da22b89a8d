import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHART } from './chart.js';

const run = promisify(execFile);
/** Where `.ci/chart` puts it. */
const CACHE =
  process.env['HANGAR_CI_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hangar-ci');
/** Of an API server, so that what is rendered does not depend on helm's own version. */
const KUBERNETES = '1.34.0';

/** The helm to test with: of the variable HELM, or the one that `.ci/chart` keeps; `undefined` where there is none. */
export const HELM = [process.env['HELM'], join(CACHE, 'helm/helm')].find((path) => path && existsSync(path));

/** Renders the chart. @throws what helm says on standard error */
export async function helmTemplate(args: readonly string[]): Promise<string> {
  return helm(['template', '--kube-version', KUBERNETES, ...args]);
}

/** What helm says after an installation. */
export async function helmNotes(args: readonly string[]): Promise<string> {
  const text = await helm(['install', 'hangar', CHART, '--dry-run=client', ...args]);
  return text.slice(text.indexOf('\nNOTES:'));
}

/** What helm says of a command. */
export async function helmHelp(command: string): Promise<string> {
  return helm([command, '--help']);
}

/** Renders the chart with a set of values, without what comes from `files/`, which changes by itself. */
export async function renderSet(valuesPath: string): Promise<string> {
  return withoutFiles(await helmTemplate(['hangar', CHART, '--namespace', 'hangar', '--values', valuesPath]));
}

/** What helm answers to values that it refuses. @throws where it takes them */
export async function refusal(args: readonly string[]): Promise<string> {
  try {
    await helmTemplate(['hangar', CHART, ...args]);
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
  throw new Error('helm takes these values');
}

async function helm(args: readonly string[]): Promise<string> {
  if (!HELM) throw new Error('there is no helm');
  return (await run(HELM, args, { maxBuffer: 16 * 2 ** 20 })).stdout;
}

/** How a file of `files/` stands in the chart, and what is kept in its place. */
const FILES = [
  { name: 'alerts.yaml', indent: '  ', kept: '  groups: []' },
  { name: 'dashboard.json', indent: '    ', kept: '    {}' },
];

function withoutFiles(text: string): string {
  return FILES.reduce((rest, { name, indent, kept }) => {
    const lines = readFileSync(`${CHART}/files/${name}`, 'utf8').trimEnd().split('\n');
    return rest.replaceAll(lines.map((line) => `${indent}${line}`).join('\n'), () => kept);
  }, text);
}
