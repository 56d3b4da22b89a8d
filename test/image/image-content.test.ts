import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { Container, IMAGE } from '../support/container.js';
import { describeWith } from '../support/describe-with.js';

const { dependencies, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  version: string;
};
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { dev?: true; optional?: true; devOptional?: true; link?: true }>;
};

/** Runs JavaScript in the image, and resolves with what it logs as JSON. */
async function inImage<T>(script: string, ...args: readonly string[]): Promise<T> {
  const { output } = await Container.run({}, 'node', '-e', `const fs = require('node:fs');${script}`, ...args);
  return JSON.parse(output) as T;
}

/** Run by `.ci/image`, which builds the image. */
describeWith('podman', IMAGE !== undefined, 'the content of the image', () => {
  it('has labels, and starts node directly', async () => {
    const { Config, Architecture } = await Container.image();
    expect(Architecture).toMatch(/^(amd64|arm64)$/);
    expect(Config).toMatchObject({ User: '10001:10001', StopSignal: 'SIGTERM', WorkingDir: '/app' });
    expect(Config.Entrypoint ?? []).toEqual([]);
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'Hangar',
      'org.opencontainers.image.base.name': 'node:24-bookworm-slim',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': process.env['HANGAR_REVISION'],
    });
  });

  it('runs as user 10001 without capabilities, with no writable path', async () => {
    const script = `
      const lines = fs.readFileSync('/proc/1/status', 'utf8').split('\\n');
      const of = (name) => lines.find((line) => line.startsWith(name + ':')).split('\\t').slice(1).join(' ');
      const written = ['/app/x', '/tmp/x', '/x'].filter((file) => { try { fs.writeFileSync(file, ''); return true } catch { return false } });
      console.log(JSON.stringify({ uid: of('Uid'), gid: of('Gid'), caps: of('CapEff'), noNewPrivs: of('NoNewPrivs'), written }))`;
    expect(await inImage(script)).toEqual({
      uid: '10001 10001 10001 10001',
      gid: '10001 10001 10001 10001',
      caps: '0000000000000000',
      noNewPrivs: '1',
      written: [],
    });
  });

  it('is readable by an arbitrary user id, and writable by none', async () => {
    const script = `
      const modes = fs.readdirSync('/app', { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isSymbolicLink())
        .map((entry) => [entry.parentPath + '/' + entry.name, fs.statSync(entry.parentPath + '/' + entry.name).mode, entry.isDirectory()]);
      const wrong = modes.filter(([, mode, folder]) => (mode & 0o044) !== 0o044 || (mode & 0o022) !== 0 || (folder && (mode & 0o011) !== 0o011));
      console.log(JSON.stringify({ many: modes.length > 1000, wrong: wrong.map(([path]) => path) }))`;
    expect(await inImage(script)).toEqual({ many: true, wrong: [] });
  });

  it('contains exactly the production packages of the lock file', async () => {
    // Without the workspace that brings Node: the image has its own.
    const isInstalled = (path: string): boolean => path.startsWith('node_modules/') && !lock.packages[path]?.link;
    const paths = Object.keys(lock.packages).filter(isInstalled);
    const left = paths.filter((path) => {
      const { dev, optional, devOptional } = lock.packages[path] ?? {};
      return !(dev ?? optional ?? devOptional);
    });
    const script = `
      const found = process.argv.slice(1).filter((path) => fs.existsSync('/app/' + path + '/package.json'));
      console.log(JSON.stringify({ found, app: fs.readdirSync('/app').sort() }))`;
    const { app, found } = await inImage<{ app: string[]; found: string[] }>(script, ...paths);
    expect(app).toEqual(['dist', 'node_modules', 'package.json']);
    expect(found).toEqual(left);
    expect(found).toEqual(expect.arrayContaining(Object.keys(dependencies).map((name) => `node_modules/${name}`)));
    expect(paths.length).toBeGreaterThan(found.length * 2);
  });

  it('contains the licences of its packages, and no tests', async () => {
    const [licences, tests] = await inImage<[string[], string[]]>(`
      const files = fs.readdirSync('/app', { recursive: true });
      console.log(JSON.stringify([
        files.filter((file) => /node_modules\\/(jose|ms|uuid|pg)\\/licen[cs]e/i.test(file)).map((file) => file.split('/').at(-2)),
        files.filter((file) => /^dist.*\\.(spec|test)\\./.test(file)),
      ]))`);
    expect(licences.toSorted()).toEqual(['jose', 'ms', 'pg', 'uuid']);
    expect(tests).toEqual([]);
  });
});
