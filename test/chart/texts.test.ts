import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { CHART, valuesPath } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM, helmTemplate } from '../support/helm.js';
import { yamlDocuments } from '../support/yaml-documents.js';

type Schema = Readonly<Record<string, unknown>>;
const SCHEMA = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as Schema;
/** What the user names. */
const OPEN = new Set(['config']);

/** The part of the schema that a `$ref` names. */
function resolved(schema: unknown): Schema {
  const { $ref } = schema as { $ref?: string };
  const found =
    $ref
      ?.split('/')
      .slice(1)
      .reduce<unknown>((part, key) => (part as Schema)[key], SCHEMA) ?? schema;
  return found as Schema;
}

/** Values in which each number and switch that the schema takes as a text too is one. */
function asTexts(value: unknown, schema: unknown, path: string[] = []): unknown {
  const {
    type,
    properties = {},
    additionalProperties,
    items,
    pattern,
  } = resolved(schema) as {
    type?: unknown;
    properties?: Schema;
    additionalProperties?: unknown;
    items?: unknown;
    pattern?: string;
  };
  if (Array.isArray(value)) return items ? value.map((each) => asTexts(each, items, path)) : value;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => {
        const inside = properties[key] ?? (typeof additionalProperties === 'object' ? additionalProperties : {});
        return [key, OPEN.has(key) ? part : asTexts(part, inside, [...path, key])];
      }),
    );
  const isText = Array.isArray(type) && type.includes('string') && pattern !== undefined;
  return isText && ['number', 'boolean'].includes(typeof value) ? String(value) : value;
}

/** The values of a file, with texts, for Helm, which reads YAML 1.1. */
function textsOf(path: string): string {
  const [values] = yamlDocuments(readFileSync(path, 'utf8'));
  return stringify(asTexts(values, SCHEMA), { version: '1.1' });
}

describeWith('helm', HELM !== undefined, 'numbers and switches given as texts', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hangar-texts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['minimal', 'everything', 'worker-pools', 'single-process'])(
    'mean the same in the defaults and the values %s, as parameters of Argo CD set them',
    async (set) => {
      const texts = ['defaults', set].map((name) => join(folder, `${name}.yaml`));
      writeFileSync(texts[0] ?? '', textsOf(`${CHART}/values.yaml`));
      writeFileSync(texts[1] ?? '', textsOf(valuesPath(set)));
      const text = readFileSync(texts[0] ?? '', 'utf8');
      expect(text).toMatch(/replicas: "2"/);
      expect(text).toMatch(/enabled: "false"/);
      const rendered = await helmTemplate(['hangar', CHART, ...texts.flatMap((path) => ['--values', path])]);
      expect(rendered).toBe(await helmTemplate(['hangar', CHART, '--values', valuesPath(set)]));
    },
  );
});
