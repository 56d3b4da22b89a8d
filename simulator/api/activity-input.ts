import { type NewActivity } from '../actions/run.actions.js';
import { optionalText, recordOf, textField } from '../http-body.js';
import { badInput } from '../world/world.error.js';
import { type ActivityContent } from '../world/world.types.js';

type Fields = Record<string, unknown>;

const TYPES = ['thought', 'action', 'elicitation', 'response', 'error'];
const SIGNALS = ['continue', 'stop', 'auth_request', 'select'];

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object or nothing. */
function metadata(record: Fields, name: string): Fields | null {
  const value = record[name] ?? null;
  if (value === null || isRecord(value)) return value;
  throw badInput(`"${name}" must be an object.`);
}

function actionContent(content: Fields): ActivityContent {
  const parameters = content.parameters ?? {};
  const wrong = badInput('"content.parameters" must be an object with texts as values.');
  if (!isRecord(parameters)) throw wrong;
  const texts = Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (texts.length < Object.keys(parameters).length) throw wrong;
  return { type: 'action', action: textField(content, 'action'), parameters: Object.fromEntries(texts) };
}

function contentOf(type: string, content: unknown): ActivityContent {
  if (!isRecord(content)) throw badInput('"content" is required and must be an object.');
  if (content.type !== type) throw badInput(`"content.type" must be "${type}", like "type".`);
  if (type === 'action') return actionContent(content);
  if (typeof content.body === 'string') return { type, body: content.body };
  throw badInput('"content.body" is required and must be a text.');
}

function isOption(value: unknown): boolean {
  if (!isRecord(value) || typeof value.id !== 'string' || typeof value.label !== 'string') return false;
  return value.description === undefined || value.description === null || typeof value.description === 'string';
}

/** What the signals of an elicitation need. */
function checkSignal(type: string, signal: string, details: Fields | null): void {
  if (signal !== 'auth_request' && signal !== 'select') return;
  if (type !== 'elicitation') throw badInput(`"signal": "${signal}" needs "type": "elicitation".`);
  if (signal === 'auth_request') {
    const url = details?.url;
    if (typeof url === 'string' && url.startsWith('https://') && URL.canParse(url)) return;
    throw badInput('"signal_metadata.url" is required for "auth_request" and must start with "https://".');
  }
  const options = details?.options;
  if (Array.isArray(options) && options.length > 0 && options.every(isOption)) return;
  throw badInput('"signal_metadata.options" is required for "select": a list of {id, label, description?}.');
}

/** Reads an activity that the app posts. @throws bad input where Plane would reject it */
export function newActivity(body: unknown): NewActivity {
  const record = recordOf(body);
  const type = textField(record, 'type');
  const signal = optionalText(record, 'signal') ?? 'continue';
  if (!TYPES.includes(type)) throw badInput(`"type" must be one of ${TYPES.join(', ')}.`);
  if (!SIGNALS.includes(signal)) throw badInput(`"signal" must be one of ${SIGNALS.join(', ')}.`);
  const content = contentOf(type, record.content);
  const signalMetadata = metadata(record, 'signal_metadata');
  checkSignal(type, signal, signalMetadata);
  return { type, signal, content, signalMetadata, contentMetadata: metadata(record, 'content_metadata') };
}
