#!/usr/bin/env node
import { requireNodeVersion } from './server/node-version.js';

// The rest by dynamic import: an old Node cannot even load it. It can create an app, which brings a newer one.
if (process.argv[2] === 'new') {
  const { createFromArguments } = await import('./cli/new/create-app.js');
  process.exitCode = await createFromArguments(process.argv.slice(3));
} else {
  requireNodeVersion();
  const { runCommand } = await import('./cli/program.js');
  await runCommand();
}
