#!/usr/bin/env node
import 'reflect-metadata';
import { Command } from 'commander';
import { migrateCommand } from './cli/migrate.command.js';
import { keysCommand } from './cli/keys.command.js';
import { simulateCommand } from './cli/simulate.command.js';
import { doctorCommand } from './cli/doctor.command.js';
import { reportStartFailure } from './start-failure.js';

const program = new Command('hangar')
  .description('Operates a Hangar: the server side of a Plane app.')
  .addCommand(doctorCommand())
  .addCommand(migrateCommand())
  .addCommand(simulateCommand())
  .addCommand(keysCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportStartFailure(error);
}
