import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Words that are not used here, each with what is written instead. They are searched for in prose and in the parts of
 * camelCase names. Names that others depend on are written with `_` (columns, codes of problems, labels) and not matched.
 */
const RETIRED = [
  ['renew(?:s|ed|als?|ing)?', 'refresh'],
  ['successors?', 'new token'],
  ['in line|place in the line|line of its own', 'blocked, ordering key'],
  ['doubles?(?! precision|-quoted| quote)', 'duplicate'],
  ['fold(?:s|ed|ing)?', 'duplicate, coalesce'],
  ['spar(?:e|es|ed)', 'skip'],
  ['hold(?:s|ing)?|held', 'pause, store deadline, lease, contain'],
  ['gates?', 'backpressure'],
  ['own secrets?', 'workspace secret'],
  ['global secrets?', 'app secret'],
  ['wip(?:e|es|ed|ing)', 'revoke, delete'],
  ['troubles?', 'error'],
  ['faults?', 'error, problem', /audit/], // there `faults` is a field of the API
  ['refusals?', 'error, rejection'],
  ['strangers?', 'unknown workspace'],
  ['nobody|somebody|anybody|whoever', 'no client, a user, …'],
  ['told|tells?|telling', 'report, log, show'],
  ['goes on|go on|went on', 'continue, retry'],
  ['look(?:s|ed|ing)? (?:at|for|into|after)', 'check, read, search'],
  ['begun', 'started, pending'],
  ['patience', 'timeout'],
  ['misspel(?:t|lt)', 'misspelled'],
];
/** Where a retired word is a name that stays, or the field's own term. */
const ALLOWED =
  /hold seconds|audit faults?|_simulator\/faults|faults: |folded(?: into)?|in line(?:: blocked|!: number)|[`']renewed[`']|["'`]nobody["'`]/g; // nobody: the account of Unix
const SCANNED = ['src', 'docs', 'helm', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'];
const TEXT = /\.(?:ts|js|css|md|yaml|tpl|json)$/;

const patterns = RETIRED.map(([word, use, except]) => ({
  pattern: new RegExp(`\\b(?:${word})\\b`, 'g'),
  use,
  except,
}));
const only = process.argv.slice(2);
const files = execFileSync('git', ['ls-files', '--', ...(only.length > 0 ? only : SCANNED)], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => TEXT.test(file));
const found = files.flatMap(findings);
for (const finding of found) process.stdout.write(`${finding}\n`);
if (found.length > 0) {
  process.stderr.write(`\n${found.length} retired words; what to write instead stands after each.\n`);
  process.exit(1);
}

/** Each retired word of a file as `file:line: word → instead`. */
function findings(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const words = line
        .replace(/([a-z\d])([A-Z])/g, '$1 $2')
        .toLowerCase()
        .replace(ALLOWED, '');
      return patterns.flatMap(({ pattern, use, except }) =>
        (except?.test(file) ? [] : (words.match(pattern) ?? [])).map(
          (word) => `${file}:${index + 1}: ${word} → ${use}`,
        ),
      );
    });
}
