import { describe, expect, it } from '@jest/globals';
import { type PlaneEvent } from '../events/plane-event.js';
import { wantsEvent } from './event-condition.js';

const event = { name: 'workitem.created' } as PlaneEvent;

describe('the condition of a handler', () => {
  it('decides which events the handler gets; all without one', () => {
    expect(wantsEvent({}, event)).toBe(true);
    expect(wantsEvent({ when: ({ name }) => name === 'workitem.created' }, event)).toBe(true);
    expect(wantsEvent({ when: () => false }, event)).toBe(false);
  });

  it('fails the run where it throws, with what it threw', () => {
    const cause = new TypeError('priority of undefined');
    const when = (): boolean => {
      throw cause;
    };
    expect(() => wantsEvent({ when }, event)).toThrow(
      expect.objectContaining({
        code: 'handler_condition_failed',
        message: 'the handler\'s "when" threw: priority of undefined',
        cause,
      }),
    );
  });

  it.each([
    ['a promise', async () => true],
    ['a value of the type undefined', () => undefined],
  ])('fails the run where it returns %s', (returned, when) => {
    expect(() => wantsEvent({ when: when as never }, event)).toThrow(
      `returned ${returned}; it must return true or false`,
    );
  });
});
