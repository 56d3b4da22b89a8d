import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { configTable } from '../../src/config/config-table.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Block, blocksOf, commandsIn, inlineCode, PAGES, pageText } from '../support/document.js';
import { hangarWords, unknownIn } from '../support/documented-commands.js';

const BLOCKS = PAGES.flatMap((page) => blocksOf(page));
const VARIABLE = /^[A-Z][A-Z0-9_]*=/;
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const HANDLERS = globSync('{src/handlers,test/fixtures}/*.handler.ts').map((file) => readFileSync(file, 'utf8'));

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
  bash: (line) => expect(existsSync(line.split(' ')[1] ?? '')).toBe(true),
  kubectl: async (line) => {
    const words = hangarWords(line);
    if (words) expect(await unknownIn(words)).toBeUndefined();
    else expect(line).toMatch(/ (?:create|delete|port-forward) /);
  },
  docker: async (line) => {
    const words = hangarWords(line);
    if (words) expect(await unknownIn(words)).toBeUndefined();
    else expect(line).toMatch(/^docker (?:build|run) .*(?:\.|hangar:1\.2\.3)$/);
  },
  helm: (line) => expect(line).toMatch(/^helm (?:upgrade|test|uninstall) (?:--install )?hangar /),
  curl: (line) => expect(line).toMatch(/\/(?:health\/ready|api\/v1\/[a-z/?=&\d"-]+)$/),
};

/** How each kind of block is checked. */
const CHECKS: Record<string, { covers: (block: Block) => boolean; check: (block: Block) => unknown }> = {
  'a handler, as a file that is compiled and run by tests': {
    covers: (block) => block.language === 'ts' && !isModule(block),
    check: ({ code }) => expect(HANDLERS).toContain(code),
  },
  'the module of handlers, as it is with one more of them': {
    covers: (block) => block.language === 'ts' && isModule(block),
    check: ({ code }) => {
      const name = /\[PingHandler, (\w+)\]/.exec(code)?.[1] ?? '';
      const withOneMore = readFileSync('src/handlers/handlers.module.ts', 'utf8')
        .replace('[PingHandler]', `[PingHandler, ${name}]`)
        .replace(/(import \{ PingHandler .*\n)/, `$1import { ${name} } from './urgent.handler.js';\n`);
      expect(code).toBe(withOneMore);
    },
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
    await database.query('CREATE ROLE hangar_app');
  });
  afterAll(async () => {
    await database.query('DROP OWNED BY hangar_app; DROP ROLE hangar_app');
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
