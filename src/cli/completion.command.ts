import { Argument, Command } from 'commander';
import { wordsOf } from './completion/command-words.js';
import { SCRIPTS, type Shell, SHELLS } from './completion/scripts.js';

/** `hangar completion`: prints the script that completes commands in a shell. @param program with all commands */
export function completionCommand(program: () => Promise<Command>): Command {
  return new Command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action(async (shell: Shell) => {
      process.stdout.write(SCRIPTS[shell](wordsOf(await program())));
    });
}
