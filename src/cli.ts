#!/usr/bin/env node
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Command } from 'commander';
import { escapeControls } from './common/control-characters.js';
import { reportError } from './server/startup-error.js';

// Commands print their results themselves, and --json must print JSON only.
Logger.overrideLogger(false);

/** Loaded on demand; in the order of `--help`. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  doctor: async () => (await import('./cli/doctor.command.js')).doctorCommand(),
  migrate: async () => (await import('./cli/migrate.command.js')).migrateCommand(),
  simulate: async () => (await import('./cli/simulate.command.js')).simulateCommand(),
  installations: async () => (await import('./cli/installations.command.js')).installationsCommand(),
  connections: async () => (await import('./cli/connections.command.js')).connectionsCommand(),
  tokens: async () => (await import('./cli/tokens.command.js')).tokensCommand(),
  deliveries: async () => (await import('./cli/deliveries.command.js')).deliveriesCommand(),
  'dead-letters': async () => (await import('./cli/dead-letters.command.js')).deadLettersCommand(),
  handlers: async () => (await import('./cli/handlers.command.js')).handlersCommand(),
  activity: async () => (await import('./cli/activity.command.js')).activityCommand(),
  webhook: async () => (await import('./cli/webhook.command.js')).webhookCommand(),
  'webhook-secrets': async () => (await import('./cli/webhook-secrets.command.js')).webhookSecretsCommand(),
  people: async () => (await import('./cli/people.command.js')).peopleCommand(),
  keys: async () => (await import('./cli/keys.command.js')).keysCommand(),
  audit: async () => (await import('./cli/audit.command.js')).auditCommand(),
};

/** The requested command; all of them for the help text. */
async function commands(): Promise<Command[]> {
  const requested = Object.entries(COMMANDS).filter(([name]) => name === process.argv[2]);
  const loaded = requested.length > 0 ? requested : Object.entries(COMMANDS);
  return Promise.all(loaded.map(async ([, command]) => command()));
}

/** Messages about wrong arguments repeat them, and a script may pass text from elsewhere. */
function escapeMessages(command: Command): void {
  command.configureOutput({ writeErr: (text) => void process.stderr.write(escapeControls(text, '\n\t')) });
  for (const inner of command.commands) escapeMessages(inner);
}

const program = new Command('hangar').description('Operates Hangar, the server side of a Plane app.');
for (const command of await commands()) program.addCommand(command);
escapeMessages(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, 'hangar');
}
