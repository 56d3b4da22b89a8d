// The Node middleware of @octokit/webhooks with a handler that keeps the event in memory.
import { createServer } from 'node:http';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import { serveParent } from '../harness/parent.mjs';
import { PORT, SECRET } from './environment.mjs';

const events = [];
const webhooks = new Webhooks({ secret: SECRET });
webhooks.on('issues', ({ payload }) => {
  events.push(payload);
});
const middleware = createNodeMiddleware(webhooks, { path: '/webhook' });
createServer((request, response) => {
  void middleware(request, response);
}).listen(PORT, '127.0.0.1', () => serveParent());
