import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { dataFolder } from '../support/data-folder.js';
import { freePort } from '../support/free-port.js';
import { startProcess } from '../support/start-process.js';
import { until } from '../support/until.js';

const TSCONFIG = {
  compilerOptions: { target: 'ES2024', module: 'NodeNext', rootDir: 'src', outDir: 'dist', types: [] },
  include: ['src'],
};

const app = (version: string): string => `// @ts-nocheck
import { Controller, Get, Module } from '${import.meta.resolve('@nestjs/common')}';
import { runHangar } from '${pathToFileURL(resolve('dist/src/index.js')).href}';

class VersionController {
  version() {
    return { version: ${version} };
  }
}
Get()(VersionController.prototype, 'version', Object.getOwnPropertyDescriptor(VersionController.prototype, 'version'));
Controller('version')(VersionController);

class AppModule {}
Module({ controllers: [VersionController] })(AppModule);

await runHangar({ imports: [AppModule] });
`;

describe('hangar dev', () => {
  let database: TestDatabase;
  let folder: string;
  let url: string;
  let child: ReturnType<typeof startProcess>;
  let output = '';

  beforeAll(async () => {
    folder = dataFolder();
    mkdirSync(join(folder, 'src'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "hangar": { "app": "dist/main.js" } }');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    edit('1');
    database = await createTestDatabase();
    const port = await freePort();
    url = `http://localhost:${port}`;
    const environment = {
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      HANGAR_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
      PORT: String(port),
      METRICS_PORT: '0',
    };
    child = startProcess([resolve('dist/src/cli.js'), 'dev'], environment, folder);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  });

  afterAll(async () => {
    child?.kill('SIGKILL');
    await database.drop();
  });

  const edit = (version: string): void => writeFileSync(join(folder, 'src/main.ts'), app(version));

  /** What the server answers once it is that. */
  async function served(version: number): Promise<boolean> {
    return until(`version ${version}`, async () => {
      const response = await fetch(`${url}/version`).catch(() => undefined);
      return response?.ok === true && ((await response.json()) as { version: number }).version === version;
    });
  }

  it('serves the app, and after an edit the new one at the same address', async () => {
    expect(await served(1)).toBe(true);
    edit('2');
    expect(await served(2)).toBe(true);
    expect(output.split('Compiled. Starting the server.')).toHaveLength(3);
    await until('the banner', () => output.split('Hangar is ready on').length === 3);
  });

  it('keeps the server where an edit does not compile, and starts the next that does', async () => {
    edit('3 +');
    await until('the error', () => output.includes('Not restarted: '));
    expect(await served(2)).toBe(true);
    edit('4');
    expect(await served(4)).toBe(true);
  });

  it('ends with all that it started', async () => {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    await expect(fetch(`${url}/version`)).rejects.toThrow('fetch failed');
  });
});
