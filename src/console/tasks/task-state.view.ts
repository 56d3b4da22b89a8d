import { type Html } from '../../common/html.js';
import { type TaskState } from '../../tasks/task-pages.js';
import { statusView, type Tone } from '../parts/status.view.js';

/** The label and tone of each state of a task. */
export const TASK_LABELS: Readonly<Record<TaskState, { word: string; tone: Tone }>> = {
  waiting: { word: 'waiting', tone: 'idle' },
  queued: { word: 'queued', tone: 'idle' },
  running: { word: 'running', tone: 'busy' },
  parked: { word: 'parked', tone: 'warn' },
  handled: { word: 'handled', tone: 'good' },
  skipped: { word: 'skipped', tone: 'idle' },
  dead_lettered: { word: 'dead-lettered', tone: 'bad' },
  cancelled: { word: 'cancelled', tone: 'idle' },
};

/** The state of a task. */
export function taskStateView({ state }: { readonly state: TaskState }): Html {
  const { tone, word } = TASK_LABELS[state];
  return statusView(tone, word);
}
