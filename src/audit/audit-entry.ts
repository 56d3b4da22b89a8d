import { type Actor } from './actor.js';

/** Every act that is audited. */
export const AUDIT_ACTIONS = [
  'server.start',
  'sign_in',
  'sign_out',
  'access.refused',
  'delivery.read',
  'delivery.replay',
  'dead_letter.redrive',
  'handler.pause',
  'handler.resume',
  'token.refresh',
  'token.revoke',
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

/** How it ended: done; refused by us; failed on the way. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Who did what to what, and how it ended. Never holds a secret. */
export interface AuditEntry {
  readonly by: Actor;
  readonly action: AuditAction;
  /** What it was done to: `delivery/<id>`, `handler/<Class.method>`, `token/<id>`. */
  readonly target?: string;
  readonly outcome: AuditOutcome;
  /** What else an auditor would ask: counts, filters, the reason of a refusal. */
  readonly details?: Readonly<Record<string, unknown>>;
}
