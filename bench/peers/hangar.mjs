// The built server with a handler of the bench, begun as `main.js` begins.
import { keepOwnSourceMaps } from '../../dist/src/server/own-source-maps.js';
import { serveParent } from '../harness/parent.mjs';

keepOwnSourceMaps();
const { startServer } = await import('../../dist/src/server/start-server.js');
const { BenchModule, handledCount, handledTimes } = await import('./bench.module.mjs');
await startServer(process.env, { imports: [BenchModule] });
serveParent({ handledCount, handledTimes });
