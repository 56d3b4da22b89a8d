import { type NewActivity } from './agent-activities.repository.js';
import { type Progress } from './progress.js';

/** The parameter of an action with the thoughts beside it. */
const THOUGHT = 'thought';
/** The end is what is new. */
const MAX_LENGTH = 2000;

/** One activity of some progress: its action, with the thoughts as a parameter, or else the thoughts. */
export function progressActivity({ thoughts, action }: Progress): NewActivity {
  const text = thoughts.join('\n').slice(-MAX_LENGTH);
  if (!action) return { type: 'thought', content: { type: 'thought', body: text }, closes: false };
  const parameters = { ...(text !== '' && { [THOUGHT]: text }), ...action.parameters };
  return { type: 'action', content: { type: 'action', action: action.name, parameters }, closes: false };
}
