import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const FOLDER = 'test/fixtures/types';
const [MISTAKES, USES] = ['mistakes.ts', 'uses.ts'].map((name) => resolve(FOLDER, name)) as [string, string];
const EXPECTATION = /\/\/ @ts-(?:expect-error|strict) (?<message>.+)$/;
/** More lines than that no one reads. */
const MAX_LINES = 12;

/** The line and the message of a mistake. */
interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Compiles the fixtures as an app's strict project, with what they expect left out. */
function compile(files: readonly string[]): Diagnostic[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const strict = { ...options, noEmit: true, noPropertyAccessFromIndexSignature: true };
  const host = ts.createCompilerHost(strict);
  const read = host.readFile.bind(host);
  host.readFile = (path) => read(path)?.replaceAll('// @ts-expect-error', '// expected');
  host.getSourceFile = (path, target) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram(files, strict, host);
  return files.flatMap((name) => {
    const file = program.getSourceFile(name);
    if (!file) throw new Error(`there is no ${name}`);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((each) => ({
      file: name,
      line: file.getLineAndCharacterOfPosition(each.start ?? 0).line,
      message: ts.flattenDiagnosticMessageText(each.messageText, '\n'),
    }));
  });
}

/** The expected messages, by the line after which they stand. */
function expectations(): [line: number, message: string][] {
  return (ts.sys.readFile(MISTAKES) ?? '').split('\n').flatMap((text, line) => {
    const message = EXPECTATION.exec(text)?.groups?.['message'];
    return message === undefined ? [] : [[line, message] as [number, string]];
  });
}

describe('the types of handlers', () => {
  const expected = expectations();
  let found: Diagnostic[];
  beforeAll(() => {
    found = compile([MISTAKES, USES]);
  });

  it('find at least 20 mistakes, and allow at least 20 uses', () => {
    expect(expected.length).toBeGreaterThanOrEqual(20);
    const text = ts.sys.readFile(USES) ?? '';
    expect(text.match(/^export const|^ {2}@On/gm)?.length).toBeGreaterThanOrEqual(20);
  });

  it.each(expected)('find the mistake in line %i: %s', (line, message) => {
    const first = found.find((each) => each.file === MISTAKES && each.line === line + 1);
    expect(first?.message ?? 'no error').toContain(message);
    expect(first?.message.split('\n').length).toBeLessThanOrEqual(MAX_LINES);
  });

  it('say of a misspelled event in one short line what is wrong', () => {
    const misspelled = found.filter(({ message }) => message.includes('workitem.crated'));
    expect(misspelled).toHaveLength(1);
    expect(misspelled[0]?.message).toMatch(/^.{1,200}$/);
  });

  it('find no others, and none in the uses', () => {
    const lines = new Set(expected.map(([line]) => line + 1));
    const others = found.filter(({ file, line }) => file !== MISTAKES || !lines.has(line));
    expect(others).toEqual([]);
  });
});
