import { hostname, userInfo } from 'node:os';
import { type Actor } from '../audit/actor.js';

/** The actor of this command in the audit log: the user of the operating system, and the host. */
export function commandActor(): Actor {
  return { kind: 'command', id: userName(), from: hostname() };
}

/** In a container the user id may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
