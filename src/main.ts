import { requireNodeVersion } from './server/node-version.js';

// First, and the rest by dynamic import: an old Node cannot even load the other files.
requireNodeVersion();
const { keepOwnSourceMaps } = await import('./server/own-source-maps.js');
keepOwnSourceMaps();
const { runServer } = await import('./server/run-server.js');
const { exampleApp } = await import('./server/find-app.js');
await runServer(await exampleApp());
