#!/usr/bin/env node
// Prints the address of the embedded PostgreSQL that runs on a data folder, for scripts that work beside a server.
import { EmbeddedPostgres } from '../dist/src/database/embedded/embedded-postgres.js';

const postgres = await EmbeddedPostgres.open({ dataDir: process.argv[2] ?? '.hangar' });
console.log(postgres.url);
await postgres.close();
