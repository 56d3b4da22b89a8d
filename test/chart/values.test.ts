import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Ajv, type ErrorObject } from 'ajv';
import { parse } from 'yaml';
import { VARIABLES } from '../../src/config/areas.js';
import { chartConfigProperties } from '../../src/config/config-table.js';
import { CHART, SETS, valuesIn, valuesPath } from '../support/chart.js';
import { guideCommands, guideValues, shownValues } from '../support/kubernetes-guide.js';
import { MINIMAL, WRONG_VALUES } from '../support/wrong-values.js';

const SCHEMA = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as Record<string, unknown>;
const validate = new Ajv({ strict: false, allErrors: true }).compile(SCHEMA);

/** What the schema finds wrong, each with its place. */
function faults(values: unknown): Pick<ErrorObject, 'instancePath' | 'message'>[] {
  return validate(values) ? [] : (validate.errors ?? []);
}

/** Each object in a schema whose properties are named, by its place. */
function objectsIn(schema: unknown, path = ''): [path: string, schema: Record<string, unknown>][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inside = Object.entries(schema).flatMap(([key, part]) => objectsIn(part, `${path}/${key}`));
  const named = 'properties' in schema && 'type' in schema;
  return named ? [[path, { ...schema }], ...inside] : inside;
}

describe('the values of the chart', () => {
  it('have defaults that the schema takes', () => {
    expect(faults(valuesIn(`${CHART}/values.yaml`))).toEqual([]);
  });

  it.each(SETS)('%s are valid, and say what they are for', (set) => {
    expect(faults(valuesIn(valuesPath(set)))).toEqual([]);
    expect(readFileSync(valuesPath(set), 'utf8')).toMatch(/^# \S.*\.\n/);
  });

  it('are kept as sets of twelve kinds at least', () => {
    expect(SETS.length).toBeGreaterThanOrEqual(12);
  });

  it.each(WRONG_VALUES)(
    'are refused where they are $what: by the schema where it can, else by the chart',
    ({ values, at }) => {
      const found = faults(values).map(({ instancePath }) => instancePath);
      if (at === undefined) expect(found).toEqual([]);
      else expect(found).toContain(at);
    },
  );

  it('have no place in the schema where a misspelt one goes by, but where Kubernetes has the word', () => {
    const open = objectsIn(SCHEMA).filter(([, part]) => part['additionalProperties'] !== false);
    expect(open.map(([path]) => path)).toEqual(['/properties/cluster/properties/storage']);
  });

  it('may set each variable that Hangar has, and no other', () => {
    const { config } = SCHEMA['properties'] as { config: { properties: object } };
    expect(config.properties).toEqual(chartConfigProperties());
  });

  it('know each secret that Hangar has as one', () => {
    const { secrets } = valuesIn(`${CHART}/values.yaml`) as { secrets: { keys: object } };
    const known = VARIABLES.filter(({ secret }) => secret).map(({ name }) => name);
    expect(Object.keys(secrets.keys).sort()).toEqual([...known, 'MIGRATION_DATABASE_URL'].sort());
  });

  it('have a README with all of them', async () => {
    const check = promisify(execFile)(process.execPath, ['scripts/chart-values.mjs', '--check']);
    await expect(check).resolves.toMatchObject({ stderr: '' });
  });

  it('belong to the release of Hangar that is in package.json', () => {
    const chart = parse(readFileSync(`${CHART}/Chart.yaml`, 'utf8')) as { appVersion: string };
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(chart.appVersion).toBe(version);
  });
});

describe('docs/kubernetes.md', () => {
  it('shows values that are valid', () => {
    expect(faults(parse(guideValues()))).toEqual([]);
    expect(shownValues().length).toBeGreaterThan(3);
    for (const shown of shownValues())
      expect(faults({ ...MINIMAL, ...(parse(shown) as object) })).toEqual([]);
  });

  it('makes a Secret with the keys that the chart reads', () => {
    const command = guideCommands().find((line) => line.startsWith('kubectl create secret')) ?? '';
    const { secrets } = valuesIn(`${CHART}/values.yaml`) as { secrets: { keys: Record<string, string> } };
    const keys = [...command.matchAll(/--from-literal=(\w+)=/g)].map(([, key]) => key);
    expect(keys).toEqual(Object.values(secrets.keys).filter((key) => key !== ''));
  });

  it('calls commands that there are', () => {
    const operations = readFileSync('docs/operations.md', 'utf8');
    const commands = guideCommands().flatMap((line) => / -- hangar (.+)$/.exec(line)?.[1] ?? []);
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands) expect(operations).toContain(`| \`${command}\``);
  });
});
