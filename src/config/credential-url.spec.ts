import { describe, expect, it } from '@jest/globals';
import { requirePostgresUrl, requireProxyUrl } from './credential-url.js';
import { httpUrl } from './parsers.js';

const problemOf = (check: (text: string) => unknown, text: string): string | undefined => {
  try {
    check(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the address of a PostgreSQL server', () => {
  it.each([
    'postgres://hangar:password@db.example.com:5432/hangar',
    'postgresql://hangar@db/hangar?sslmode=verify-full&application_name=a%40b',
    'postgres://u:a%40Hunter2%2Fb@db/x',
    'postgres://u:a:b!$&\'()*+,;=-._~[]{}|^<>"ä@db/x',
    'postgres://u:p@[::1]:5432/x',
    'postgres://u:p@10.0.0.1/x',
    'postgres://u:p@%2Fvar%2Frun%2Fpostgresql/db',
    'postgresql:///db?host=/var/run/postgresql',
    'postgres://db',
    'postgres://u:p@db:5432/x?options=-c%20search_path%3Dtwo',
  ])('may be %s', (text) => {
    expect(problemOf(requirePostgresUrl, text)).toBeUndefined();
  });

  it.each([
    'postgres://u:a@Hunter2/b@db/x',
    'postgres://u:a@Hunter2@db/x',
    'postgres://u:a@Hunter2:b@db/x',
    'postgres://u:a@Hunter2?b@db/x',
    'postgres://u:a@Hunter2#b@db/x',
    'postgres://u:1/Hunter2@db/x',
    'postgres://u:1?Hunter2@db/x',
    'postgres://u:1#Hunter2',
    'postgres://u:1/Hunter2/x',
    'postgres://u:Hunter2/@db/x',
    'postgres://u:Hunter2%@db/x',
    'postgres://u:Hunter2%zz@db/x',
    'postgres://u:Hunter2%E4@db/x',
    'postgres://u:Hunter 2@db/x',
    'postgres://u:Hunter2\\@db/x',
    'postgres://u:Hunter2\n@db/x',
    'postgres://u:p@db:99999/Hunter2',
    'postgres://Hunter2:/x:y',
    'mysql://u:Hunter2@db/x',
    'Hunter2',
  ])('may not be %j, and no part of it is printed', (text) => {
    const problem = problemOf(requirePostgresUrl, text);
    expect(problem).toMatch(/postgres:\/\/ address.*@ as %40/);
    expect(problem).not.toContain('Hunter2');
  });
});

describe('the address of a proxy', () => {
  it.each(['http://proxy.example.com:3128', 'http://u:a%40b@proxy:3128/', 'https://u:p@[::1]'])('may be %s', (text) => {
    expect(problemOf(requireProxyUrl, text)).toBeUndefined();
  });

  it.each([
    'http://u:a@Hunter2/b@proxy:3128',
    'http://u:a@Hunter2@proxy:3128',
    'http://u:1/Hunter2@proxy',
    'http://u:a@proxy/Hunter2',
    'http://u:a@proxy?Hunter2',
    'http://u:a@proxy#Hunter2',
    'socks://u:Hunter2@proxy',
  ])('may not be %s, and no part of it is printed', (text) => {
    const problem = problemOf(requireProxyUrl, text);
    expect(problem).toMatch(/http or https address.*@ as %40/);
    expect(problem).not.toContain('Hunter2');
  });
});

describe('an address without credentials', () => {
  it.each(['https://u:p@plane.example.com', 'https://u:1/Hunter2@plane.example.com', 'https://plane.example.com/a@b'])(
    'may not be %s',
    (text) => {
      expect(problemOf(httpUrl, text)).toBe('must not contain a user name or a password, and no @');
    },
  );
});
