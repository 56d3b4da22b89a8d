import { type Type } from '@nestjs/common';
import { type Role } from '../config/role.js';

/**
 * What a process is made of beside what every process has, read only where it is used: Plane's SDK, the timers, what
 * describes the API and speaks with the identity provider are large, and each role needs few of them.
 */
const MODULES: Readonly<Record<Role, () => Promise<Type[]>>> = {
  receiver: async () => [
    (await import('../webhooks/receiver/receiver.module.js')).ReceiverModule,
    (await import('../oauth/oauth.module.js')).OAuthModule,
  ],
  worker: async () => {
    (await import('../plane/plane-sdk.js')).planeSdk(); // no handler waits for it
    return [(await import('../webhooks/dispatch/dispatch.module.js')).DispatchModule];
  },
  scheduler: async () => [(await import('./scheduler.module.js')).SchedulerModule],
  console: async () => [(await import('./console.module.js')).ConsoleModule],
};

/** The modules of these roles. */
export async function roleModules(roles: readonly Role[]): Promise<Type[]> {
  return (await Promise.all(roles.map(async (role) => MODULES[role]()))).flat();
}
