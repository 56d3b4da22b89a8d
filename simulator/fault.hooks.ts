import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { waitFor } from '../src/common/wait-for.js';
import { type Fault } from './faults.js';
import { pathOf } from './path-of.js';
import { type SimulatorContext } from './simulator-context.js';

function dropConnection(context: SimulatorContext, request: FastifyRequest, reply: FastifyReply): void {
  context.requests.count(`${request.method} ${pathOf(request)}`, 0);
  reply.hijack();
  request.raw.socket.destroy();
}

/** Delays the request until `ms` have passed or the faults are removed; drops the connection if the simulator closes first. */
async function delay(context: SimulatorContext, request: FastifyRequest, reply: FastifyReply, ms: number) {
  const { signal: closing } = context.closing;
  await waitFor(ms, AbortSignal.any([closing, context.faults.removalSignal]));
  if (closing.aborted) dropConnection(context, request, reply);
}

async function answerError(fault: Fault, reply: FastifyReply): Promise<void> {
  if (fault.kind === 'refuse-grant') {
    await reply.code(400).send({ error: 'invalid_grant', error_description: 'Injected fault.' });
  } else {
    if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
    await reply.code(fault.status ?? 500).send({ error: 'Injected fault.' });
  }
}

/** Injects the faults that are set into the routes of `app`, by path. */
export function injectFaults(app: FastifyInstance, context: SimulatorContext): void {
  const dropsAnswer = new WeakSet<FastifyRequest>();

  app.addHook('onRequest', async (request, reply) => {
    const fault = context.faults.consume(request.method, pathOf(request));
    if (!fault) return;
    if (fault.kind === 'drop-answer') dropsAnswer.add(request);
    else if (fault.kind === 'drop') dropConnection(context, request, reply);
    else if (fault.kind === 'slow') await delay(context, request, reply, fault.ms ?? 1_000);
    else await answerError(fault, reply);
  });

  app.addHook('onSend', async (request, reply) => {
    if (dropsAnswer.has(request)) dropConnection(context, request, reply);
  });
}
