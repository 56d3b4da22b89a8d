import { DomainError } from '../src/common/domain-error.js';
import { codeOf } from './error-text.js';

/** A clear error if the port is in use; any other error is returned unchanged. */
export function listenError(error: unknown, host: string, port: number): unknown {
  if (codeOf(error) !== 'EADDRINUSE') return error;
  return new DomainError({
    code: 'port_taken',
    title: 'Port in use',
    detail: `Port ${port} on ${host} is in use: stop the process that listens there, or choose another port (with a server, the simulator's port is PORT + 1).`,
    status: 500,
  });
}
