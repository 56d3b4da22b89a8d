import { type Actor } from './actor.js';

/** Every audited action. */
export const AUDIT_ACTIONS = [
  'server.start',
  'sign_in',
  'sign_out',
  'access.refused',
  'delivery.read',
  'delivery.replay',
  'dead_letter.redrive',
  'agent_run.read',
  'agent_run.stop',
  'agent_run.retry',
  'task.read',
  'task.cancel',
  'handler.pause',
  'handler.resume',
  'installation.add',
  'connections.move',
  'consent.add',
  'catch_up.start',
  'token.refresh',
  'token.revoke',
  'token.revoke_at_plane',
  'webhook_secret.set',
  'webhook_secret.remove',
  'person.disable',
  'person.enable',
  'link.add',
  'link.remove',
  'keys.rotate',
  'audit.export',
] as const;

/** What was done. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Every outcome. */
export const AUDIT_OUTCOMES = ['done', 'refused', 'failed'] as const;

/** The result of an action: done, rejected by Hangar (`refused`), or failed. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** An entry: actor, action, target and outcome. Never contains a secret. */
export interface AuditEntry {
  readonly by: Actor;
  readonly action: AuditAction;
  /** The object of the action: `delivery/<id>`, `handler/<Class.method>`, `token/<id>`. */
  readonly target?: string;
  readonly outcome: AuditOutcome;
  /** Further facts for an auditor: counts, filters, the reason of a rejection. */
  readonly details?: Readonly<Record<string, unknown>>;
}
