import { keepOwnSourceMaps } from './server/own-source-maps.js';

keepOwnSourceMaps();
await import('./server/run-server.js');
