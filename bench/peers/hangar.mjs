// The built server with a handler of the bench.
import { startServer } from '../../dist/src/server.js';
import { serveParent } from '../harness/parent.ts';
import { BenchModule, handledCount, handledTimes } from './bench.module.mjs';

await startServer(process.env, BenchModule);
serveParent({ handledCount, handledTimes });
