import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const NEEDS = / \[needs ([^\]]+)\]$/;
const MAX_MESSAGE = 300;

/** Says after everything else, a line each, what failed and why, and how many tests were skipped for want of what. */
export default class EndReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    const lines = testResults.flatMap((file) => failuresOf(file, relative(this.rootDir, file.testFilePath)));
    const tests = testResults.flatMap((file) => file.testResults);
    lines.push(...skippedOf(tests.filter(({ status }) => status === 'pending' || status === 'todo')));
    process.stderr.write(lines.map((line) => `${line}\n`).join(''));
  }
}

/** A line for each reason for which tests of the file failed: a broken preparation fails all of them. */
function failuresOf({ testResults, testExecError }, path) {
  const failed = testResults.filter(({ status }) => status === 'failed');
  const reasons = Map.groupBy(failed, ({ failureMessages }) => headOf(failureMessages[0] ?? ''));
  const lines = [...reasons].map(([reason, [first, ...others]]) => {
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    return `Failed: ${path}: ${first.fullName}${more}: ${reason}`;
  });
  if (testExecError) lines.push(`Failed: ${path}: ${headOf(testExecError.message || testExecError.stack || '')}`);
  return lines;
}

/** What a message says before its stack and its excerpt of code. */
function headOf(message) {
  const [head] = stripVTControlCharacters(message).split(/\n\s+at /);
  return head.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_MESSAGE);
}

function skippedOf(tests) {
  if (tests.length === 0) return [];
  const needs = [...Map.groupBy(tests, needOf)].map(([need, { length }]) => `${length} need ${need}`);
  return [`Skipped: ${tests.length} tests: ${needs.join('; ')}`];
}

function needOf({ ancestorTitles }) {
  return ancestorTitles.map((title) => NEEDS.exec(title)?.[1]).find((need) => need !== undefined) ?? 'no reason given';
}
