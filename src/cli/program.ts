import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Command, CommanderError } from 'commander';
import { escapeControls } from '../common/control-characters.js';
import { HOST_SCHEMA } from '../config/areas/database.config.js';
import { setEnvironmentDefaults } from '../config/load-config.js';
import { isHostFolder } from '../server/find-app.js';
import { ownManifest } from '../server/package-root.js';
import { EXIT_USAGE, reportError } from '../server/startup-error.js';

/** Commands of which the server writes its log. */
const SERVERS: ReadonlySet<string | undefined> = new Set(['start', 'dev']);
const VERSION_FLAGS: ReadonlySet<string | undefined> = new Set(['--version', '-V']);
/** Loaded on demand; in the order of `--help`. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  new: async () => (await import('./new.command.js')).newCommand(),
  start: async () => (await import('./start.command.js')).startCommand(),
  dev: async () => (await import('./dev.command.js')).devCommand(),
  open: async () => (await import('./open.command.js')).openCommand(),
  doctor: async () => (await import('./doctor.command.js')).doctorCommand(),
  migrate: async () => (await import('./migrate.command.js')).migrateCommand(),
  simulate: async () => (await import('./simulate.command.js')).simulateCommand(),
  installations: async () => (await import('./installations.command.js')).installationsCommand(),
  'catch-up': async () => (await import('./catch-up.command.js')).catchUpCommand(),
  connections: async () => (await import('./connections.command.js')).connectionsCommand(),
  tokens: async () => (await import('./tokens.command.js')).tokensCommand(),
  deliveries: async () => (await import('./deliveries.command.js')).deliveriesCommand(),
  'dead-letters': async () => (await import('./dead-letters.command.js')).deadLettersCommand(),
  handlers: async () => (await import('./handlers.command.js')).handlersCommand(),
  agents: async () => (await import('./agents.command.js')).agentsCommand(),
  tasks: async () => (await import('./tasks.command.js')).tasksCommand(),
  schedules: async () => (await import('./schedules.command.js')).schedulesCommand(),
  activity: async () => (await import('./activity.command.js')).activityCommand(),
  webhook: async () => (await import('./webhook.command.js')).webhookCommand(),
  'webhook-secrets': async () => (await import('./webhook-secrets.command.js')).webhookSecretsCommand(),
  people: async () => (await import('./people.command.js')).peopleCommand(),
  keys: async () => (await import('./keys.command.js')).keysCommand(),
  audit: async () => (await import('./audit.command.js')).auditCommand(),
  completion: async () =>
    (await import('./completion.command.js')).completionCommand(async () => programOf(await all())),
};

/** The requested command; all of them for the help text. */
async function commands(): Promise<Command[]> {
  if (VERSION_FLAGS.has(process.argv[2])) return [];
  const requested = Object.entries(COMMANDS).filter(([name]) => name === process.argv[2]);
  if (requested.length === 0) return all();
  return Promise.all(requested.map(async ([, command]) => command()));
}

async function all(): Promise<Command[]> {
  return Promise.all(Object.values(COMMANDS).map(async (command) => command()));
}

function programOf(inner: readonly Command[]): Command {
  const program = new Command('hangar')
    .description('Operates Hangar, the server side of a Plane app.')
    .version(ownManifest().version);
  for (const command of inner) program.addCommand(command);
  return program;
}

/** Messages about wrong arguments repeat them, and a script may pass text from elsewhere. */
function prepare(command: Command): void {
  command.exitOverride();
  command.configureOutput({ writeErr: (text) => void process.stderr.write(escapeControls(text, '\n\t')) });
  for (const inner of command.commands) prepare(inner);
}

/** Runs the command in the arguments of the process, and sets the exit code. */
export async function runCommand(): Promise<void> {
  // Commands print their results themselves, and --json must print JSON only.
  if (!SERVERS.has(process.argv[2])) Logger.overrideLogger(false);
  // As HangarModule does: see src/host/host-config.ts.
  setEnvironmentDefaults(isHostFolder() ? { DATABASE_SCHEMA: HOST_SCHEMA } : {});
  const program = programOf(await commands());
  prepare(program);
  try {
    await program.parseAsync();
  } catch (error) {
    // Commander has printed the message, or the help that was asked for.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
    else process.exitCode = reportError(error, 'hangar');
  }
}
