import { type OutcomeState } from '../../webhooks/deliveries/outcome.js';
import { type Tone } from './status.view.js';

/** What became of a delivery at a handler, or that a job of it waits there. */
export type ShownState = OutcomeState | 'waiting';

/** How a state is called and how good it is. */
export const OUTCOME_LABELS: Readonly<Record<ShownState, { word: string; tone: Tone }>> = {
  waiting: { word: 'waiting', tone: 'idle' },
  handled: { word: 'handled', tone: 'good' },
  skipped: { word: 'skipped', tone: 'idle' },
  folded: { word: 'folded', tone: 'idle' },
  delayed: { word: 'delayed', tone: 'busy' },
  parked: { word: 'parked', tone: 'warn' },
  failed: { word: 'failed, will be tried again', tone: 'warn' },
  dead_lettered: { word: 'failed for the last time', tone: 'bad' },
};
