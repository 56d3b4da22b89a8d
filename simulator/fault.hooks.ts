import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { waitFor } from '../src/common/wait-for.js';
import { type Fault } from './faults.js';
import { pathOf } from './path-of.js';
import { type SimulatorContext } from './simulator-context.js';

function breakOff(context: SimulatorContext, request: FastifyRequest, reply: FastifyReply): void {
  context.requests.count(`${request.method} ${pathOf(request)}`, 0);
  reply.hijack();
  request.raw.socket.destroy();
}

/** Holds the request, until the faults are removed at the longest; when the simulator closes meanwhile, it is broken off. */
async function hold(context: SimulatorContext, request: FastifyRequest, reply: FastifyReply, ms: number) {
  const { signal: closing } = context.closing;
  await waitFor(ms, AbortSignal.any([closing, context.faults.removal]));
  if (closing.aborted) breakOff(context, request, reply);
}

async function refuse(fault: Fault, reply: FastifyReply): Promise<void> {
  if (fault.kind === 'refuse-grant') {
    await reply.code(400).send({ error: 'invalid_grant', error_description: 'A fault that was set.' });
  } else {
    if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
    await reply.code(fault.status ?? 500).send({ error: 'A fault that was set.' });
  }
}

/** Lets the routes of `app` make the trouble that has been set for their paths. */
export function makeFaults(app: FastifyInstance, context: SimulatorContext): void {
  const losesAnswer = new WeakSet<FastifyRequest>();

  app.addHook('onRequest', async (request, reply) => {
    const fault = context.faults.take(pathOf(request));
    if (!fault) return;
    if (fault.kind === 'drop-answer') losesAnswer.add(request);
    else if (fault.kind === 'drop') breakOff(context, request, reply);
    else if (fault.kind === 'slow') await hold(context, request, reply, fault.ms ?? 1_000);
    else await refuse(fault, reply);
  });

  app.addHook('onSend', async (request, reply) => {
    if (losesAnswer.has(request)) breakOff(context, request, reply);
  });
}
