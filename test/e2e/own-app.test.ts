import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hangarProcess } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startProcess } from '../support/start-process.js';

const CLI = resolve('dist/src/cli.js');
const KEYS = `test:${Buffer.alloc(32, 1).toString('base64')}`;
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** What TypeScript makes of an app in its own repository. */
const APP = `
import { Inject, Injectable, Module } from '${import.meta.resolve('@nestjs/common')}';
import { Installations, OnPlaneEvent, PlaneClients, runHangar } from '${pathToFileURL(resolve('dist/src/index.js')).href}';

class NotesHandler {
  async note() {}
}
const method = Object.getOwnPropertyDescriptor(NotesHandler.prototype, 'note');
OnPlaneEvent('workitem.created')(NotesHandler.prototype, 'note', method);
Injectable()(NotesHandler);
Inject(PlaneClients)(NotesHandler, undefined, 0);
Inject(Installations)(NotesHandler, undefined, 1);

class AppModule {}
Module({ providers: [NotesHandler] })(AppModule);

class Notes1800000000000 {
  async up(runner) {
    await runner.query('CREATE TABLE notes (id int)');
  }
  async down() {}
}

await runHangar({ imports: [AppModule], migrations: [Notes1800000000000] });
`;

describe('an app in a folder of its own', () => {
  let folder: string;
  let database: TestDatabase;
  let environment: Record<string, string>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hangar-app-'));
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "hangar": { "app": "main.js" } }');
    writeFileSync(join(folder, 'main.js'), APP);
    database = await createTestDatabase();
    environment = {
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      HANGAR_ENCRYPTION_KEYS: KEYS,
      PORT: '0',
      METRICS_PORT: '0',
    };
  });

  afterEach(async () => {
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  /** Runs a command in the app's folder, or in one below it. */
  async function hangar(args: string[], below = ''): Promise<{ code: number | null; output: string }> {
    const child = startProcess([CLI, ...args], environment, join(folder, below));
    child.stdin.end();
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  it('runs its own migrations with the command migrate, with a table of their own, and starts only after them', async () => {
    const early = await hangar(['start']);
    expect(early).toMatchObject({
      code: 1,
      output: expect.stringContaining('lacks 1 migration(s) of the app: Notes1800'),
    });
    expect(await hangar(['migrate', '--json'])).toEqual({ code: 0, output: '{"migrations":["Notes1800000000000"]}\n' });
    expect(await hangar(['migrate'])).toEqual({ code: 0, output: 'The schema is current.\n' });
    expect(await database.query('SELECT name FROM app_migrations')).toEqual([{ name: 'Notes1800000000000' }]);
    expect(await database.query('SELECT id FROM notes')).toEqual([]);
  });

  it('has its own migrations checked by doctor', async () => {
    const migrations = async (): Promise<string> => {
      const { output } = await hangar(['doctor']);
      return output.split('\n').find((line) => line.includes(' migrations: ')) ?? output;
    };
    await hangar(['migrate']);
    expect(await migrations()).toBe('ok   migrations: the schema is current, with 1 migration(s) of the app');
    await database.query('DELETE FROM app_migrations');
    expect(await migrations()).toMatch(/^BAD {2}migrations: the database lacks 1 migration\(s\) of the app: Notes1800/);
  });

  it('has its own handlers in the commands, and none of the examples', async () => {
    const { code, output } = await hangar(['handlers', '--json'], 'below');
    expect([code, output]).toEqual([0, expect.stringContaining('NotesHandler.note')]);
    expect(output).not.toContain('PingHandler');
  });

  it('that is not built is named, with what to do', async () => {
    rmSync(join(folder, 'main.js'));
    const { code, output } = await hangar(['handlers']);
    expect([code, output]).toEqual([2, expect.stringMatching(/main\.js does not exist\. Run "npm run build"/)]);
  });

  it('that does not call runHangar is named', async () => {
    writeFileSync(join(folder, 'main.js'), 'export {};');
    const { code, output } = await hangar(['start']);
    expect([code, output]).toEqual([2, expect.stringMatching(/main\.js does not call runHangar/)]);
  });
});

describe('the command line', () => {
  it('prints its version', async () => {
    expect(await hangarProcess(['--version'], {})).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each<[string[], Record<string, string>, number, RegExp]>([
    [['unknown'], {}, 2, /unknown command 'unknown'/],
    [['deliveries', 'list', '--unknown'], {}, 2, /unknown option '--unknown'/],
    [['start'], { PORT: 'many' }, 78, /PORT/],
    [['new'], {}, 2, /usage: hangar new <folder>/],
    [['new', 'My App'], {}, 2, /"My App" cannot be the name of an app\. Use lower-case letters/],
    [['new', resolve('src')], {}, 2, /src exists and is not empty/],
    [['dev'], {}, 2, /tsconfig\.json does not exist/],
  ])('%j with %j exits with %i and says what is wrong', async (args, environment, code, message) => {
    const result = await hangarProcess(args, environment);
    expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(message)]);
  });
});
