import { type FastifyInstance } from 'fastify';

/** Time for a client to finish sending and to read its response; closing at once would discard the response. */
const LINGER_MS = 2000;

/**
 * Closes connections whose request was answered before its body had arrived, after a moment in which the rest of the body is
 * discarded. Node would keep them open until the client ends the body.
 */
export function closeUnreadBodies(server: FastifyInstance): void {
  server.addHook('onResponse', ({ raw }, _reply, done) => {
    if (!raw.complete)
      setTimeout(() => {
        if (!raw.complete) raw.socket.destroy();
      }, LINGER_MS).unref();
    done();
  });
}
