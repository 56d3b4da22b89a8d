import { globSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { DOMAIN_ERROR_CODES } from './domain-error-codes.js';

const CODE = /(?:codedError\(|(?:super|new DomainError)\(\{)\s*(?:code: )?'(?<code>[a-z_]+)'/g;

it('the list of error codes has those that the source has, no others', () => {
  const files = globSync('src/**/*.ts').filter((file) => !file.endsWith('.spec.ts'));
  const codes = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(CODE)].map(({ groups }) => groups?.['code']),
  );
  expect(DOMAIN_ERROR_CODES).toEqual([...new Set(codes)].map(String).toSorted((one, other) => (one < other ? -1 : 1)));
});
