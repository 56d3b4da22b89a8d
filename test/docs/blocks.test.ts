import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { configTable } from '../../src/config/config-table.js';
import { appsDocument } from '../../src/config/apps-document.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Block, blocksOf, commandsIn, inlineCode, PAGES, pageText } from '../support/document.js';
import { hangarWords, unknownIn } from '../support/documented-commands.js';

const BLOCKS = PAGES.flatMap((page) => blocksOf(page));
const VARIABLE = /^[A-Z][A-Z0-9_]*=/;
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const HANDLERS = globSync([
  '{src/handlers,test/fixtures}/*.{handler,agent,service}.ts',
  'templates/app/src/*.ts',
  'test/docs/kit/*.test.ts',
  'test/docs/host/*.ts',
]).map((file) =>
  // Of a test, the path from an app's own folder of tests.
  readFileSync(file, 'utf8').replaceAll(`'../../../src/`, `'../src/`),
);

const linesOf = ({ code }: Block): string[] => commandsIn(code);
const isEnvironment = (block: Block): boolean => linesOf(block).every((line) => VARIABLE.test(line));
const isModule = ({ code }: Block): boolean => code.includes('class HandlersModule');

/** What a command of each program must fulfil; the requests of curl are sent by `test/e2e/api`. */
const PROGRAMS: Record<string, (line: string) => unknown> = {
  npm: (line) => {
    for (const [, run, test] of line.matchAll(/npm (?:run ([\w:]+)|(start|test))/g))
      expect(scripts).toHaveProperty([run ?? test ?? '']);
  },
  npx: async (line) => expect(await unknownIn(hangarWords(line) ?? [line])).toBeUndefined(),
  node: (line) => expect(scripts['start']).toBe(`exec ${line}`),
  cd: (line) => expect(line).toMatch(/^cd [\w-]+$/),
  bash: (line) => expect(existsSync(line.split(' ')[1] ?? '')).toBe(true),
  kubectl: async (line) => {
    const words = hangarWords(line);
    if (words) expect(await unknownIn(words)).toBeUndefined();
    else expect(line).toMatch(/ (?:create|delete|get|port-forward|rollout) /);
  },
  docker: async (line) => {
    const words = hangarWords(line);
    if (words) expect(await unknownIn(words)).toBeUndefined();
    else expect(line).toMatch(/^docker (?:build|run) .*(?:\.|hangar:1\.2\.3)$/);
  },
  helm: (line) => expect(line).toMatch(/^helm (?:upgrade|test|uninstall) (?:--install )?hangar /),
  pg_dump: () => expect(RUN_BY_TESTS).toContain(`runDocumented('pg_dump'`),
  pg_restore: () => expect(RUN_BY_TESTS).toContain(`runDocumented('pg_restore'`),
  curl: (line) => expect(line).toMatch(/\/(?:health\/ready|api\/v1\/[a-z/?=&\d"-]+)$/),
};

/** A text with the change that a diff shows; `@@` stands between its parts. */
function withChange(text: string, diff: string): string {
  return diff.split('@@\n').reduce((changed, part) => {
    const side = (marks: RegExp) =>
      (part.match(/^.*\n/gm) ?? []).filter((line) => marks.test(line)).map((line) => line.slice(1));
    const before = side(/^[ -]/).join('');
    expect(changed).toContain(before);
    return changed.replace(before, () => side(/^[ +]/).join(''));
  }, text);
}

const RUN_BY_TESTS = readFileSync('test/database/dump.test.ts', 'utf8');

/** How each kind of block is checked. */
const CHECKS: Record<string, { covers: (block: Block) => boolean; check: (block: Block) => unknown }> = {
  'a handler or a test, as a file that is compiled and run by tests': {
    covers: (block) => block.language === 'ts' && !isModule(block),
    check: ({ code }) => expect(HANDLERS).toContain(code),
  },
  'the module of handlers, as it is with one more of them': {
    covers: (block) => block.language === 'ts' && isModule(block),
    check: ({ code }) => {
      const name = /, (\w+)\],/.exec(code)?.[1] ?? '';
      const withOneMore = readFileSync('src/handlers/handlers.module.ts', 'utf8')
        .replace(/(?<=providers: \[.*)\]/, `, ${name}]`)
        .replace(/(import \{ PingHandler .*\n)/, `$1import { ${name} } from './urgent.handler.js';\n`);
      expect(code).toBe(withOneMore);
    },
  },
  'a change of the example agent, which is compiled and run by tests': {
    covers: ({ language }) => language === 'diff',
    check: ({ code }) =>
      expect(HANDLERS).toContain(withChange(readFileSync('src/handlers/open-items.agent.ts', 'utf8'), code)),
  },
  'an environment of known variables': {
    covers: (block) => block.language === 'sh' && isEnvironment(block),
    check: (block) => {
      const table = configTable();
      for (const line of linesOf(block)) {
        const name = line.split('=')[0] ?? '';
        const known = [name, name.replace(/_FILE$/, '')].some((each) => table.includes(`\`${each}\``));
        expect([name, known]).toEqual([name, true]);
      }
    },
  },
  'commands of known programs': {
    covers: (block) => block.language === 'sh' && !isEnvironment(block),
    check: async (block) => {
      execFileSync('bash', ['-n'], { input: block.code });
      for (const line of linesOf(block)) {
        const check = PROGRAMS[line.split(' ')[0] ?? ''];
        expect([line, check !== undefined]).toEqual([line, true]);
        await check?.(line);
      }
    },
  },
  'YAML; values of the chart are checked by test/chart': {
    covers: ({ language }) => language === 'yaml',
    check: ({ code }) => expect(parse(code)).toEqual(expect.any(Object)),
  },
  'a file of connections, here with its secrets inside': {
    covers: ({ language }) => language === 'json',
    check: ({ code }) => {
      const secret = `plane_wh_${'0'.repeat(32)}`;
      const apps = appsDocument(code.replace(/"(\w+)File": "[^"]*"/g, (_, field: string) => `"${field}": "${secret}"`));
      expect(apps).toHaveLength((JSON.parse(code) as unknown[]).length);
    },
  },
  'a picture of documented routes': {
    covers: ({ language }) => language === 'text',
    check: ({ code }) => {
      const routes = code.match(/\/(?:oauth|webhooks|console|api)[\w/]*/g) ?? [];
      const documented = pageText('docs/operations.md');
      expect(routes.length).toBeGreaterThan(0);
      expect(routes.filter((route) => !documented.includes(route))).toEqual([]);
    },
  },
};

describe('a block of the documentation', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    for (const role of await database.query<{ name: string }>(
      `SELECT rolname AS name FROM pg_roles WHERE rolname LIKE 'hangar\\__%'`,
    ))
      await database.query(`DROP OWNED BY ${role.name} CASCADE; DROP ROLE ${role.name}`);
    await database.drop();
  });

  for (const [name, { covers, check }] of Object.entries(CHECKS)) {
    const covered = BLOCKS.filter(covers).map((block) => [`${block.page}:${block.line}`, block] as const);
    it.each(covered)(`is ${name}: %s`, async (_, block) => {
      expect.hasAssertions();
      await check(block);
    });
  }

  it('in SQL can be executed', async () => {
    const statements = BLOCKS.filter(({ language }) => language === 'sql');
    expect(statements.length).toBeGreaterThan(0);
    for (const { code } of statements) await database.query(code);
  });

  it('is covered by one of these checks', () => {
    const left = BLOCKS.filter(({ language }) => language !== 'sql').filter((block) =>
      Object.values(CHECKS).every(({ covers }) => !covers(block)),
    );
    expect(left.map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([]);
  });
});

describe('code in the text of the documentation', () => {
  it.each(PAGES)('contains only commands that hangar has: %s', async (page) => {
    const commands = inlineCode(page).filter((code) => /^npx hangar [a-z]/.test(code));
    const unknown = await Promise.all(commands.map(async (code) => unknownIn(hangarWords(code) ?? [])));
    expect(unknown.filter((word) => word !== undefined)).toEqual([]);
  });

  it('contains only scripts that package.json has', () => {
    for (const page of PAGES)
      for (const [, script = ''] of pageText(page).matchAll(/npm run ([\w:]+)/g))
        expect(scripts).toHaveProperty([script]);
  });
});
