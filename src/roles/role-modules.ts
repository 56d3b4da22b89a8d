import { type Type } from '@nestjs/common';
import { type Role } from '../config/role.js';

/**
 * The modules of each role, in addition to those of every process. They are loaded only where the role runs: Plane's SDK,
 * the scheduler, OpenAPI and OpenID Connect are large.
 */
const MODULES: Readonly<Record<Role, () => Promise<Type[]>>> = {
  receiver: async () => [
    (await import('../webhooks/receiver/receiver.module.js')).ReceiverModule,
    (await import('../oauth/oauth.module.js')).OAuthModule,
    (await import('../catch-up/catch-up-receiver.module.js')).CatchUpReceiverModule,
  ],
  worker: async () => {
    (await import('../plane/plane-sdk.js')).planeSdk(); // loaded now, so that no handler waits for it
    return [
      (await import('../webhooks/dispatch/dispatch.module.js')).DispatchModule,
      (await import('../agents/agents-worker.module.js')).AgentsWorkerModule,
      (await import('../tasks/tasks-worker.module.js')).TasksWorkerModule,
      (await import('../catch-up/catch-up-worker.module.js')).CatchUpWorkerModule,
    ];
  },
  scheduler: async () => [(await import('./scheduler.module.js')).SchedulerModule],
  console: async () => [
    (await import('./console.module.js')).ConsoleModule,
    (await import('../oauth/oauth.module.js')).OAuthModule, // an operator's consent needs the cookies of the console's host
  ],
};

/** The modules of these roles. */
export async function roleModules(roles: readonly Role[]): Promise<Type[]> {
  return (await Promise.all(roles.map(async (role) => MODULES[role]()))).flat();
}
