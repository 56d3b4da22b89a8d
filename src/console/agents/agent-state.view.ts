import { type AgentRunSummary, type RunState } from '../../agents/agent-run-pages.js';
import { html, type Html } from '../../common/html.js';
import { statusView, type Tone } from '../parts/status.view.js';

/** The label and tone of each state of a run. */
export const RUN_LABELS: Readonly<Record<RunState | 'merged', { word: string; tone: Tone }>> = {
  waiting: { word: 'waiting', tone: 'idle' },
  running: { word: 'running', tone: 'busy' },
  parked: { word: 'parked', tone: 'warn' },
  completed: { word: 'completed', tone: 'good' },
  awaiting: { word: 'awaits an answer', tone: 'warn' },
  failed: { word: 'failed', tone: 'bad' },
  stopped: { word: 'stopped', tone: 'idle' },
  merged: { word: 'merged', tone: 'idle' },
};

/** The state of a run, and whether it is to be stopped. */
export function runStateView({ state, stopping }: Pick<AgentRunSummary, 'state' | 'stopping'>): Html {
  const { tone, word } = RUN_LABELS[state];
  return html`${statusView(tone, word)}${stopping && html` ${statusView('warn', 'stopping')}`}`;
}

/** Whether a turn of the run is open. */
export function isOpen({ state }: Pick<AgentRunSummary, 'state'>): boolean {
  return state === 'waiting' || state === 'running' || state === 'parked';
}
