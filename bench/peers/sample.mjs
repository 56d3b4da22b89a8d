// The sample receiver of Plane's documentation: verifies, keeps the event in memory, answers 200.
import express from 'express';
import { serveParent } from '../harness/parent.mjs';
import { PORT } from './environment.mjs';
import { isSigned } from './signature.mjs';

const events = [];
const app = express();
app.post('/webhook', express.raw({ type: 'application/json' }), (request, response) => {
  if (!isSigned(request.body, request.headers['x-plane-signature']))
    return response.status(403).send('Invalid signature');
  events.push(JSON.parse(request.body));
  response.status(200).send('ok');
});
app.listen(PORT, '127.0.0.1', () => serveParent());
