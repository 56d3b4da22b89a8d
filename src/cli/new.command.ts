import { Command } from 'commander';
import { createFromArguments, NEW_OPTIONS } from './new/create-app.js';

/** `hangar new`, for the help: `cli.ts` itself creates the app, on an older Node too. */
export function newCommand(): Command {
  const command = new Command('new')
    .description('create an app in a folder of its own')
    .argument('<folder>', 'where; its last part is the name of the app');
  for (const { flags, description } of NEW_OPTIONS) command.option(flags, description);
  return command.action(async (folder: string) => {
    process.exitCode = await createFromArguments([folder]);
  });
}
