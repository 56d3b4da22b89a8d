import { DomainError } from '../src/common/domain-error.js';
import { codeOf } from './error-text.js';

/** Why the simulator cannot listen: the port is taken; any other error stays as it is. */
export function listenError(error: unknown, host: string, port: number): unknown {
  if (codeOf(error) !== 'EADDRINUSE') return error;
  return new DomainError({
    code: 'port_taken',
    title: 'Port taken',
    detail: `Port ${port} on ${host} is taken: stop what listens there, or choose another port (beside a server, the simulator's is PORT + 1).`,
    status: 500,
  });
}
