#!/usr/bin/env node
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Command } from 'commander';
import { activityCommand } from './cli/activity.command.js';
import { auditCommand } from './cli/audit.command.js';
import { migrateCommand } from './cli/migrate.command.js';
import { deadLettersCommand } from './cli/dead-letters.command.js';
import { deliveriesCommand } from './cli/deliveries.command.js';
import { handlersCommand } from './cli/handlers.command.js';
import { webhookCommand } from './cli/webhook.command.js';
import { webhookSecretsCommand } from './cli/webhook-secrets.command.js';
import { installationsCommand } from './cli/installations.command.js';
import { tokensCommand } from './cli/tokens.command.js';
import { peopleCommand } from './cli/people.command.js';
import { keysCommand } from './cli/keys.command.js';
import { simulateCommand } from './cli/simulate.command.js';
import { doctorCommand } from './cli/doctor.command.js';
import { reportFailure } from './start-failure.js';

// Commands speak for themselves; --json must be nothing but JSON.
Logger.overrideLogger(false);

const program = new Command('hangar')
  .description('Operates a Hangar: the server side of a Plane app.')
  .addCommand(doctorCommand())
  .addCommand(migrateCommand())
  .addCommand(simulateCommand())
  .addCommand(installationsCommand())
  .addCommand(tokensCommand())
  .addCommand(deliveriesCommand())
  .addCommand(deadLettersCommand())
  .addCommand(handlersCommand())
  .addCommand(activityCommand())
  .addCommand(webhookCommand())
  .addCommand(webhookSecretsCommand())
  .addCommand(peopleCommand())
  .addCommand(keysCommand())
  .addCommand(auditCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, 'hangar');
}
