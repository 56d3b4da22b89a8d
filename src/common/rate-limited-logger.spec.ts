import { expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RateLimitedLogger } from './rate-limited-logger.js';

it('logs one message an interval, whatever its level', () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  let now = 5000;
  const logger = new RateLimitedLogger('test', 1000, () => now);
  logger.warn({ msg: 'first' });
  now += 999;
  logger.warn({ msg: 'second' });
  logger.error({ msg: 'third' });
  now += 1;
  logger.error({ msg: 'fourth' });
  expect(warn.mock.calls).toEqual([[{ msg: 'first' }]]);
  expect(error.mock.calls).toEqual([[{ msg: 'fourth' }]]);
  jest.restoreAllMocks();
});
