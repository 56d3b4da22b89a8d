import { v7 as uuid } from 'uuid';
import { type ActivityType } from './agent-activity.entity.js';
import { type AgentTurnEntity, type StoredPrompt } from './agent-turn.entity.js';

/** What of a stored turn decides whether a webhook makes a new one. */
export type KnownTurn = Pick<AgentTurnEntity, 'id' | 'runId' | 'promptId' | 'state' | 'outcome' | 'promptedAt'> & {
  readonly text: string | null;
  readonly position: number;
  /** The type of the activity that ends it; null while there is none. */
  readonly answer: ActivityType | null;
};

/** A webhook of a run, in the order of receipt. */
export interface RunEvent {
  /** Hangar's id of the run. */
  readonly runId: string;
  readonly deliveryId: string;
  readonly position: number;
  readonly receivedAt: Date;
  /** `undefined`: the run was created. */
  readonly prompt?: StoredPrompt;
  /** When the prompt was written, by Plane's clock. */
  readonly promptedAt?: Date;
  /** The prompt's signal is `stop`. */
  readonly stops?: boolean;
}

/** A turn to be stored. */
export interface NewTurn {
  readonly id: string;
  readonly runId: string;
  readonly promptId: string | null;
  readonly prompt: StoredPrompt | null;
  readonly deliveryId: string;
  readonly position: number;
  readonly promptedAt: Date | null;
  readonly receivedAt: Date;
  /** It is a stop that ends no other turn: all that is to be done is to confirm it. */
  readonly stopped: boolean;
}

/** A stop that was received. */
export interface PlannedStop {
  readonly runId: string;
  readonly position: number;
  readonly promptedAt: Date | null;
  readonly promptId: string;
}

/** The prompt of a turn that only the run's creation had made. */
export interface Prompted {
  readonly id: string;
  readonly prompt: StoredPrompt;
  readonly promptedAt: Date | null;
  readonly deliveryId: string;
}

/** What the webhooks of a batch change. */
export interface TurnPlan {
  readonly added: NewTurn[];
  /** Turns that only the run's creation had made, with their prompt. */
  readonly prompted: Prompted[];
  readonly stops: PlannedStop[];
}

/**
 * Decides what webhooks of runs change. A mention gives two, in any order: the run's creation and its first prompt are one
 * turn. A prompt that is known changes nothing.
 *
 * @param turns the stored ones of these runs
 */
export function planTurns(events: readonly RunEvent[], turns: readonly KnownTurn[]): TurnPlan {
  const plan: TurnPlan = { added: [], prompted: [], stops: [] };
  const known = [...turns];
  for (const event of events) {
    const ofRun = known.filter(({ runId }) => runId === event.runId);
    const { prompt } = event;
    if (!prompt) {
      if (ofRun.length === 0) add(plan, known, event, null);
    } else if (event.stops) stop(plan, known, event, prompt);
    else if (!ofRun.some(({ promptId }) => promptId === prompt.id)) place(plan, known, event, prompt);
  }
  return plan;
}

function stop(plan: TurnPlan, known: KnownTurn[], event: RunEvent, prompt: StoredPrompt): void {
  const { runId, position, promptedAt = null } = event;
  plan.stops.push({ runId, position, promptedAt, promptId: prompt.id });
  const ofRun = known.filter((turn) => turn.runId === runId);
  if (isAsked(ofRun, event) && !ofRun.some(({ promptId }) => promptId === prompt.id))
    add(plan, known, event, prompt, true);
}

/** Whether the run waits for the user's reply when it is stopped: no turn is left to confirm that. */
function isAsked(turns: readonly KnownTurn[], event: RunEvent): boolean {
  const own = turns.filter(({ outcome }) => outcome !== 'merged');
  const last = own.toSorted((a, b) => a.position - b.position).at(-1);
  const isAnswered = own.every(({ state, answer }) => state === 'closed' || answer !== null);
  if (!last || !isAnswered || !own.every((turn) => isBefore(turn, event))) return false;
  return last.outcome === 'awaiting' || (last.state !== 'closed' && last.answer === 'elicitation');
}

/** By Plane's times; where one is missing, or they are equal, by the order of receipt. */
function isBefore({ promptedAt, position }: Pick<KnownTurn, 'promptedAt' | 'position'>, event: RunEvent): boolean {
  const [time, ofEvent] = [promptedAt?.getTime(), event.promptedAt?.getTime()];
  return time === undefined || ofEvent === undefined || time === ofEvent ? position < event.position : time < ofEvent;
}

function place(plan: TurnPlan, known: KnownTurn[], event: RunEvent, prompt: StoredPrompt): void {
  const index = known.findIndex((turn) => turn.runId === event.runId && turn.promptId === null && isOf(turn, prompt));
  const open = known[index];
  if (!open) return add(plan, known, event, prompt);
  known[index] = { ...open, promptId: prompt.id, text: prompt.text, promptedAt: event.promptedAt ?? null };
  const added = plan.added.findIndex(({ id }) => id === open.id);
  const unsaved = plan.added[added];
  const { deliveryId, promptedAt = null } = event;
  if (unsaved) plan.added[added] = { ...unsaved, promptId: prompt.id, prompt, promptedAt, deliveryId };
  else plan.prompted.push({ id: open.id, prompt, promptedAt, deliveryId });
}

function add(plan: TurnPlan, known: KnownTurn[], event: RunEvent, prompt: StoredPrompt | null, stopped = false): void {
  const { runId, deliveryId, position, receivedAt, promptedAt = null } = event;
  const turn = { id: uuid(), runId, promptId: prompt?.id ?? null, position, promptedAt };
  plan.added.push({ ...turn, prompt, deliveryId, receivedAt, stopped });
  known.push({ ...turn, state: 'waiting', outcome: null, answer: null, text: prompt?.text ?? null });
}

/**
 * Whether a prompt is the one that began the run. Where the turn has its text from the comment already, a later prompt with
 * another text is a reply; so is one that is a small part of it, once the turn is closed.
 */
function isOf({ text, state }: KnownTurn, prompt: StoredPrompt): boolean {
  if (text === null) return true;
  const [ofTurn, ofPrompt] = [squash(text), squash(prompt.text)];
  if (ofTurn === '' || ofPrompt === '') return false;
  const [shorter = '', longer = ''] = [ofTurn, ofPrompt].toSorted((a, b) => a.length - b.length);
  return longer.endsWith(shorter) && (state !== 'closed' || shorter.length * 2 >= longer.length);
}

/** A comment has the mention and other spaces than the prompt. */
function squash(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
