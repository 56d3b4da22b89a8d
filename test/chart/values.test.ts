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

/** What an autoscaler of a role goes by. */
interface Scaled {
  readonly autoscaling?: { readonly enabled?: unknown };
  readonly resources?: { readonly requests?: { readonly cpu?: string } };
}

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
  it('have defaults that the schema accepts', () => {
    expect(faults(valuesIn(`${CHART}/values.yaml`))).toEqual([]);
  });

  it.each(SETS)('%s are valid, and start with a comment on their purpose', (set) => {
    expect(faults(valuesIn(valuesPath(set)))).toEqual([]);
    expect(readFileSync(valuesPath(set), 'utf8')).toMatch(/^# \S.*\.\n/);
  });

  it('include at least twelve example sets', () => {
    expect(SETS.length).toBeGreaterThanOrEqual(12);
  });

  it.each(WRONG_VALUES)(
    'are rejected if they are $what: by the schema if possible, else by the chart',
    ({ values, at }) => {
      const found = faults(values).map(({ instancePath }) => instancePath);
      if (at === undefined) expect(found).toEqual([]);
      else expect(found).toContain(at);
    },
  );

  it('reject unknown keys everywhere in the schema, except in objects of Kubernetes', () => {
    const open = objectsIn(SCHEMA).filter(([, part]) => part['additionalProperties'] !== false);
    expect(open.map(([path]) => path)).toEqual(['/properties/cluster/properties/storage']);
  });

  it('can set every variable of Hangar, and no other', () => {
    const { config } = SCHEMA['properties'] as { config: { properties: object } };
    expect(config.properties).toEqual(chartConfigProperties());
  });

  it('include every secret of Hangar', () => {
    const { secrets } = valuesIn(`${CHART}/values.yaml`) as { secrets: { keys: object } };
    const known = VARIABLES.filter(({ secret }) => secret).map(({ name }) => name);
    expect(Object.keys(secrets.keys).sort()).toEqual([...known, 'MIGRATION_DATABASE_URL'].sort());
  });

  it('are all listed in the README', async () => {
    const check = promisify(execFile)(process.execPath, ['scripts/chart-values.mjs', '--check']);
    await expect(check).resolves.toMatchObject({ stderr: '' });
  });

  it('have the appVersion of package.json', () => {
    const chart = parse(readFileSync(`${CHART}/Chart.yaml`, 'utf8')) as { appVersion: string };
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(chart.appVersion).toBe(version);
  });
});

describe('docs/kubernetes.md', () => {
  it('shows values that are valid', () => {
    expect(faults(parse(guideValues()))).toEqual([]);
    expect(shownValues().length).toBeGreaterThan(3);
    for (const shown of shownValues()) expect(faults({ ...MINIMAL, ...(parse(shown) as object) })).toEqual([]);
  });

  it('creates a Secret with the keys that the chart reads', () => {
    const command = guideCommands().find((line) => line.startsWith('kubectl create secret')) ?? '';
    const { secrets } = valuesIn(`${CHART}/values.yaml`) as { secrets: { keys: Record<string, string> } };
    const keys = [...command.matchAll(/--from-literal=(\w+)=/g)].map(([, key]) => key);
    expect(keys).toEqual(Object.values(secrets.keys).filter((key) => key !== ''));
  });

  it('sets the CPU request of each role that it scales by CPU, and so do the example sets', () => {
    const examples = [
      ...shownValues().map((text) => parse(text) as unknown),
      ...SETS.map((set) => valuesIn(valuesPath(set))),
    ];
    const receivers = examples.flatMap((values) => (values as { receiver?: Scaled }).receiver ?? []);
    const scaled = receivers.filter(({ autoscaling }) => String(autoscaling?.enabled) === 'true');
    expect(scaled.length).toBeGreaterThan(2);
    for (const { resources } of scaled) expect(resources?.requests?.cpu).toBe('500m');
  });

  it('uses only existing commands', () => {
    const operations = readFileSync('docs/operations.md', 'utf8');
    const commands = guideCommands().flatMap((line) => / -- hangar (.+)$/.exec(line)?.[1] ?? []);
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands) expect(operations).toContain(`| \`${command}\``);
  });
});
