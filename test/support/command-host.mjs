// Runs the built commands `hangar …` for a test, one after the other in this one process: to start a process costs far
// more than most commands. Its parent (`cli.ts`) sends what to run, and is sent the result.
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const CLI = pathToFileURL(resolve(import.meta.dirname, '../../dist/src/cli.js')).href;
const OWN_ENVIRONMENT = { ...process.env };
let count = 0;
let turn = Promise.resolve();

process.on('message', (order) => {
  turn = turn.then(async () => process.send(await run(order)));
});
process.on('disconnect', () => process.exit());

async function run({ args, environment, input }) {
  const result = { code: undefined, stdout: '', stderr: '' };
  const undo = [
    replace(process, 'env', { ...OWN_ENVIRONMENT, ...environment }),
    replace(process, 'argv', [process.execPath, CLI, ...args]),
    replace(process, 'stdin', Readable.from([input])),
    replace(process, 'exit', (code) => exit(result, code)),
    ...['stdout', 'stderr'].map((name) => replace(process[name], 'write', (text) => write(result, name, text))),
  ];
  try {
    await import(`${CLI}?run=${(count += 1)}`); // a module of its own, so that its code runs again
  } finally {
    for (const back of undo) back();
  }
  result.code ??= Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return result;
}

function replace(target, name, value) {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => (before ? Object.defineProperty(target, name, before) : delete target[name]);
}

/** The command is over, but nothing else of this process: what it still writes is not the command's. */
function exit(result, code) {
  result.code ??= Number(code ?? process.exitCode ?? 0);
  throw new Error('the command exits');
}

function write(result, name, text) {
  if (result.code === undefined) result[name] += String(text);
  return true;
}
