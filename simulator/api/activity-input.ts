import { type NewActivity } from '../actions/run.actions.js';
import { optionalText, recordOf, textField } from '../http-body.js';
import { badInput } from '../world/world.error.js';
import { type ActivityContent } from '../world/world.types.js';

const TYPES = ['thought', 'action', 'elicitation', 'response', 'error'];
const SIGNALS = ['continue', 'stop', 'auth_request', 'select'];

function actionContent(content: Record<string, unknown>): ActivityContent {
  const parameters = recordOf(content.parameters ?? {});
  const values = Object.entries(parameters).map(([name]) => [name, textField(parameters, name)] as const);
  return { type: 'action', action: textField(content, 'action'), parameters: Object.fromEntries(values) };
}

/** Reads an activity that the app posts. @throws bad input where Plane would reject it */
export function newActivity(body: unknown): NewActivity {
  const record = recordOf(body);
  const type = textField(record, 'type');
  const signal = optionalText(record, 'signal') ?? 'continue';
  const content = recordOf(record.content);
  if (!TYPES.includes(type)) throw badInput(`"type" must be one of ${TYPES.join(', ')}.`);
  if (!SIGNALS.includes(signal)) throw badInput(`"signal" must be one of ${SIGNALS.join(', ')}.`);
  if (content.type !== type) throw badInput(`"content.type" must be "${type}", like "type".`);
  return {
    type,
    signal,
    content: type === 'action' ? actionContent(content) : { type, body: textField(content, 'body') },
    signalMetadata: record.signal_metadata,
    contentMetadata: record.content_metadata,
  };
}
