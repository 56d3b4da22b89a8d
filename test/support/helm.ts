import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { CHART } from './chart.js';
import { type Manifest } from './kept-manifests.js';
import { yamlDocuments } from './yaml-documents.js';

const run = promisify(execFile);
/** Of an API server, so that what is rendered does not depend on helm's own version. */
const KUBERNETES = '1.34.0';

const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'double',
  contexts: [{ name: 'double', context: { cluster: 'double', user: 'double', namespace: 'hangar' } }],
  users: [{ name: 'double', user: {} }],
};

/** The helm that render-chart.mjs found; `undefined` where there is none. */
export const HELM = process.env['HELM'];

/** Renders the chart. @throws what helm says on standard error */
export async function helmTemplate(args: readonly string[]): Promise<string> {
  return helm(['template', '--kube-version', KUBERNETES, ...args]);
}

/** The objects that it renders. @throws what helm says on standard error */
export async function helmObjects(args: readonly string[]): Promise<Manifest[]> {
  return yamlDocuments(await helmTemplate(args)) as Manifest[];
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

/** What helm answers to values that it refuses, laid over each other in this order. @throws where it takes them */
export async function refusal(files: readonly string[]): Promise<string> {
  try {
    await helmTemplate(['hangar', CHART, ...files.flatMap((path) => ['--values', path])]);
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
  throw new Error('helm takes these values');
}

/** What helm says of a command on the cluster of an API server; its caches are in a folder. @throws what helm says on standard error */
export async function helmOn(url: string, folder: string, args: readonly string[]): Promise<string> {
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, stringify({ ...KUBECONFIG, clusters: [{ name: 'double', cluster: { server: url } }] }));
  const environment = { KUBECONFIG: kubeconfig, HOME: folder, PATH: process.env['PATH'] };
  return helm(['--namespace', 'hangar', ...args], environment);
}

async function helm(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (!HELM) throw new Error('there is no helm');
  return (await run(HELM, args, { maxBuffer: 16 * 2 ** 20, env })).stdout;
}
