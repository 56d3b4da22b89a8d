import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { codeOf } from '../support/document.js';

const dockerfile = readFileSync('Dockerfile', 'utf8');
/** A line each, whatever it is broken into. */
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
const of = (name: string, lines = instructions): string[] =>
  lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

describe('the Dockerfile', () => {
  it('starts the server like `npm start`, without a shell that intercepts signals', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
    const words = scripts.start.replace(/^exec /, '').split(' ');
    expect(of('CMD', last).map((text) => JSON.parse(text) as string[])).toEqual([words]);
    expect(of('ENTRYPOINT', last)).toEqual(['[]']);
  });

  it('runs as a numbered user who is not root, with the ports of the defaults', () => {
    expect(of('USER', last)).toEqual(['10001:10001']);
    expect(of('EXPOSE', last)).toEqual(['3000 9464']);
  });

  it('contains no secret', () => {
    expect([...of('ARG'), ...of('ENV')].filter((text) => /SECRET|TOKEN|PASSWORD|KEY|DATABASE/i.test(text))).toEqual([]);
  });

  it('receives the files that it copies, and nothing else of the folder', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    const allowed = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = of('COPY')
      .filter((text) => !text.startsWith('--from'))
      .flatMap((text) => text.split(' ').slice(0, -1));
    expect(ignored).toContain('*');
    expect([...new Set(copied)].toSorted()).toEqual(allowed.toSorted());
  });

  it('copies no file with the file modes of the folder', () => {
    expect(of('COPY', last).filter((text) => !text.startsWith('--from='))).toEqual([]);
    expect(of('COPY', last).filter((text) => text.startsWith('--from=build '))).toEqual([
      '--from=build /app/package.json ./',
      '--from=build /app/dist dist',
    ]);
    expect(of('RUN')).toContain(
      'npm run --silent build && node scripts/bundle-packages.mjs && chmod -R u=rwX,go=rX dist package.json',
    );
  });

  it('rebuilds no layer for a new revision', () => {
    const [first, ...rest] = last.toReversed();
    expect(first).toMatch(/^LABEL /);
    expect(last.findIndex((line) => line.startsWith('ARG '))).toBe(
      last.length - 1 - rest.filter((line) => line.startsWith('ARG ')).length,
    );
  });
});

describe('the page on the image', () => {
  const page = readFileSync('docs/image.md', 'utf8');
  const blocks = codeOf('docs/image.md', 'sh');
  const all = blocks.join('').replaceAll(/\\\n\s*/g, '');
  const named = (pattern: RegExp, text = all): string[] => [
    ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
  ];

  it('names what the Dockerfile requires', () => {
    const args = of('ARG').map((text) => text.split('=')[0]);
    expect(args).toEqual(expect.arrayContaining(named(/--build-arg "?(\w+)=/g, page)));
    expect(named(/--build-arg "?(\w+)=/g, page)).not.toEqual([]);
    expect(named(/--secret id=([\w-]+)/g).toSorted()).toEqual(named(/type=secret,id=([\w-]+)/g, dockerfile).toSorted());
  });

  it('is linked from the README', () => {
    expect(readFileSync('README.md', 'utf8')).toContain('(docs/image.md)');
  });
});
