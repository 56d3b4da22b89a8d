import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

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
  it('starts the server as `npm start` does, with no shell between it and its signals', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
    const words = scripts.start.replace(/^exec /, '').split(' ');
    expect(of('CMD', last).map((text) => JSON.parse(text) as string[])).toEqual([words]);
    expect(of('ENTRYPOINT', last)).toEqual(['[]']);
  });

  it('runs as a numbered user who is not root, with the ports of the defaults', () => {
    expect(of('USER', last)).toEqual(['10001:10001']);
    expect(of('EXPOSE', last)).toEqual(['3000 9464']);
  });

  it('is told no secret', () => {
    expect(
      [...of('ARG'), ...of('ENV')].filter((text) => /SECRET|TOKEN|PASSWORD|KEY|DATABASE/i.test(text)),
    ).toEqual([]);
  });

  it('is given what it copies, and nothing else of the folder', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    const allowed = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = of('COPY')
      .filter((text) => !text.startsWith('--from'))
      .flatMap((text) => text.split(' ').slice(0, -1));
    expect(ignored).toContain('*');
    expect([...new Set(copied)].toSorted()).toEqual(allowed.toSorted());
  });
});
