import { keepOwnSourceMaps } from './own-source-maps.js';

keepOwnSourceMaps();
await import('./run-server.js');
