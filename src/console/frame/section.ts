import { type OperatorRole } from '../../identity/operator-role.js';

/** An entry of the navigation. */
export interface Section {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly role: OperatorRole | 'signed-in';
}

/** All sections, in the order of the navigation. */
export const SECTIONS = [
  { id: 'overview', label: 'Overview', path: '/console', role: 'viewer' },
  { id: 'deliveries', label: 'Deliveries', path: '/console/deliveries', role: 'viewer' },
  { id: 'dead-letters', label: 'Dead letters', path: '/console/dead-letters', role: 'viewer' },
  { id: 'handlers', label: 'Handlers', path: '/console/handlers', role: 'viewer' },
  { id: 'agents', label: 'Agents', path: '/console/agents', role: 'viewer' },
  { id: 'tasks', label: 'Tasks', path: '/console/tasks', role: 'viewer' },
  { id: 'installations', label: 'Installations', path: '/console/installations', role: 'viewer' },
  { id: 'tokens', label: 'Tokens', path: '/console/tokens', role: 'viewer' },
  { id: 'webhook-secrets', label: 'Webhook secrets', path: '/console/webhook-secrets', role: 'viewer' },
  { id: 'people', label: 'People', path: '/console/people', role: 'admin' },
  { id: 'audit', label: 'Audit', path: '/console/audit', role: 'admin' },
  { id: 'links', label: 'My links', path: '/console/links', role: 'signed-in' },
] as const satisfies readonly Section[];

/** The id of a section. */
export type SectionId = (typeof SECTIONS)[number]['id'];
