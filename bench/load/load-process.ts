import { serveParent } from '../harness/parent.mjs';
import { flood } from './flood.ts';
import { pace } from './pace.ts';

serveParent({ flood, pace });
