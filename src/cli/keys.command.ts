import { Command } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { KeyOperations } from '../operations/key.operations.js';
import { type RotationProgress } from '../encryption/key-rotation.service.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print } from './output.js';
import { withServices } from './service-context.js';

const BAR_WIDTH = 30;

/** `hangar keys`: the encryption keys of stored secrets. */
export function keysCommand(): Command {
  return new Command('keys').description('rotate the encryption keys of stored secrets').addCommand(rotateCommand());
}

function rotateCommand(): Command {
  return new Command('rotate')
    .description(
      're-encrypt every stored secret with the first key of HANGAR_ENCRYPTION_KEYS; can be interrupted and repeated',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withServices([OperationsModule], async (context) => {
        const last = await context.get(KeyOperations).rotate(commandActor(), (progress) => {
          if (json || !process.stdout.isTTY) print(true, progress, []);
          else process.stdout.write(`\r${bar(progress)}`);
        });
        if (last && !json) print(false, last, summary(last));
        if (last && last.unreadable > 0) process.exitCode = 1;
      });
    });
}

function bar({ seen, total }: RotationProgress): string {
  const done = total === 0 ? BAR_WIDTH : Math.round((seen / total) * BAR_WIDTH);
  return `[${'#'.repeat(done)}${' '.repeat(BAR_WIDTH - done)}] ${seen} of ${total}`;
}

function summary({ rotated, unreadable, stillNeeded }: RotationProgress): string[] {
  const lines = ['', `${rotated} stored secret(s) re-encrypted.`];
  if (unreadable > 0) lines.push(`${unreadable} cannot be decrypted with the configured keys and were not changed.`);
  if (stillNeeded.length > 0) lines.push(`Still needed: ${stillNeeded.join(', ')}.`);
  else
    lines.push(
      'Every stored secret uses the first key. Remove the other keys after every process was restarted with this list.',
    );
  return lines;
}
