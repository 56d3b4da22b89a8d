import { serveParent } from '../harness/parent.ts';
import { flood } from './flood.ts';
import { pace } from './pace.ts';

serveParent({ flood, pace });
