import { describe, expect, it } from '@jest/globals';
import { type KnownTurn, planTurns, type RunEvent } from './turn-plan.js';

const RUN = 'run';
let position = 0;

function event(prompt?: string, { id = prompt ?? '', stops = false, runId = RUN } = {}): RunEvent {
  position += 1;
  const base = { runId, deliveryId: `d${position}`, position, receivedAt: new Date(position) };
  return prompt === undefined ? base : { ...base, prompt: { id, text: prompt }, stops };
}

function turn(promptId: string | null, text: string | null, changes: Partial<KnownTurn> = {}): KnownTurn {
  const times = { position: 0, promptedAt: null };
  return {
    id: 't',
    runId: RUN,
    promptId,
    text,
    state: 'closed',
    outcome: 'completed',
    answer: null,
    ...times,
    ...changes,
  };
}

describe('the turns that webhooks make', () => {
  it('are one for the creation of a run and its first prompt, in either order and in one batch', () => {
    expect(planTurns([event(), event('a')], []).added).toMatchObject([{ promptId: 'a', prompt: { text: 'a' } }]);
    expect(planTurns([event('a'), event()], []).added).toMatchObject([{ promptId: 'a' }]);
  });

  it('keep the position of the creation', () => {
    const created = event();
    expect(planTurns([created, event('a')], []).added).toMatchObject([{ position: created.position }]);
  });

  it('are one for each prompt, however often it comes', () => {
    expect(planTurns([event('a'), event('a'), event('b')], []).added).toMatchObject([
      { promptId: 'a' },
      { promptId: 'b' },
    ]);
    expect(planTurns([event('a'), event()], [turn('a', 'a')])).toEqual({ added: [], prompted: [], stops: [] });
  });

  it('get the first prompt where the creation was stored before', () => {
    const first = event('a');
    const { deliveryId } = first; // of the job that runs it
    const prompted = [{ id: 't', prompt: { id: 'a', text: 'a' }, promptedAt: null, deliveryId }];
    expect(planTurns([first], [turn(null, null)])).toEqual({ added: [], prompted, stops: [] });
    const created = event();
    const next = event('b');
    expect(planTurns([created, next], []).added).toMatchObject([{ deliveryId: next.deliveryId }]);
  });

  it('are not made again by a first prompt that comes after its text was found in the comment', () => {
    const plan = planTurns([event('how many items?', { id: 'p' })], [turn(null, '@Helper How many  items?')]);
    expect(plan).toMatchObject({ added: [], prompted: [{ id: 't' }] });
  });

  it('are made by a reply after the text was found in the comment', () => {
    const plan = planTurns([event('and how many bugs?', { id: 'p' })], [turn(null, '@Helper How many items?')]);
    expect(plan).toMatchObject({ added: [{ promptId: 'p' }], prompted: [] });
  });

  it.each([
    ['', 'Website'],
    ['close item 5', '5'],
    ['close item 5', '\u{1F44D}'],
  ])('are made by a reply to a turn with the text %j: %j', (text, reply) => {
    const plan = planTurns([event(reply, { id: 'p' })], [turn(null, text)]);
    expect(plan).toMatchObject({ added: [{ promptId: 'p' }], prompted: [] });
  });

  it('are none for a stop, which ends those before it', () => {
    const [first, stop, second] = [event('a'), event('stop', { stops: true }), event('b')];
    const plan = planTurns([first, stop, second], []);
    expect(plan.added).toMatchObject([{ promptId: 'a' }, { promptId: 'b' }]);
    expect(plan.stops).toMatchObject([{ runId: RUN, position: stop.position, promptId: 'stop' }]);
  });

  const ASKED = { outcome: 'awaiting' } as const;
  const ASKING = { state: 'running', outcome: null, answer: 'elicitation' } as const;
  const LATER = new Date(2000);

  it.each([
    ['waits for a reply', [ASKED]],
    ['is about to wait for a reply', [ASKING]],
  ] as const)('are one for a stop that nothing else confirms, because the run %s', (_, [last]) => {
    const stop = event('stop', { stops: true });
    const plan = planTurns([stop, stop], [turn('a', 'a', last)]);
    expect(plan.added).toMatchObject([{ promptId: 'stop', position: stop.position, stopped: true }]);
    expect(planTurns([stop], [turn('a', 'a', last), turn('stop', 'stop', { position: stop.position })]).added).toEqual(
      [],
    );
  });

  it.each([
    ['the run has ended', [{}]],
    ['a turn is open', [ASKED, { state: 'running', outcome: null }]],
    ['a turn confirms an earlier stop', [ASKED, { outcome: 'stopped' }]],
    ['the next prompt was written after it', [ASKED, { state: 'running', outcome: null, promptedAt: LATER }]],
  ] as const)('are none for a stop where %s', (_, turns) => {
    const stop = { ...event('stop', { stops: true }), promptedAt: new Date(1000) };
    const known = turns.map((changes, index) => turn(`p${index}`, '', { position: index - 10, ...changes }));
    expect(planTurns([stop], known).added).toEqual([]);
  });

  it('are those of their run', () => {
    const plan = planTurns([event(undefined, { runId: 'r1' }), event('a', { runId: 'r2' })], []);
    expect(plan.added).toMatchObject([
      { runId: 'r1', promptId: null },
      { runId: 'r2', promptId: 'a' },
    ]);
  });
});
