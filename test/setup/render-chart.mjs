import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { yamlDocuments } from '../support/yaml-documents.ts';
import { openRun } from './run.mjs';

const CHART = 'helm/hangar';
const SUFFIX = '-values.yaml';
/** Of an API server, so that what is rendered does not depend on helm's own version. */
const KUBERNETES = '1.34.0';
const AT_ONCE = 4;

/** The helm to test with: of the variable HELM, or the one that `.ci/chart` keeps; `undefined` where there is none. */
function findHelm() {
  const { HELM, HANGAR_CI_CACHE, XDG_CACHE_HOME } = process.env;
  const cache = HANGAR_CI_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hangar-ci');
  return [HELM, join(cache, 'helm/helm')].find((path) => path && existsSync(path));
}

/** What helm makes of a set of values, as JSON: the objects, or what helm says against them. */
async function rendered(helm, set) {
  const values = join(CHART, 'ci', set + SUFFIX);
  const args = ['template', 'hangar', CHART, '--namespace', 'hangar', '--kube-version', KUBERNETES];
  try {
    const { stdout } = await promisify(execFile)(helm, [...args, '--values', values], { maxBuffer: 2 ** 24 });
    return JSON.stringify({ objects: yamlDocuments(stdout) });
  } catch (error) {
    return JSON.stringify({ error: String(error.stderr || error) });
  }
}

/** Renders each set of values once for all test files, where there is a helm: they find it, and the objects, by HELM and HANGAR_TEST_CHART. */
export default async function setup() {
  const helm = findHelm();
  delete process.env.HELM;
  if (!helm) return;
  const folder = join(await openRun(), 'chart');
  mkdirSync(folder);
  const sets = readdirSync(join(CHART, 'ci')).map((name) => name.slice(0, -SUFFIX.length));
  const render = async () => {
    for (let set = sets.pop(); set; set = sets.pop())
      writeFileSync(join(folder, `${set}.json`), await rendered(helm, set));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, render));
  Object.assign(process.env, { HELM: helm, HANGAR_TEST_CHART: folder });
}
