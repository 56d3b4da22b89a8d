import { expect, it } from '@jest/globals';
import { nearestNames } from './nearest-name.js';

const KNOWN = ['PingHandler.pong', 'PingHandler.ping', 'Reminder.remind', 'Sync.run', 'Sync.ran', 'Sync.rum'];

it.each<[string, string[]]>([
  ['PingHandler.pnog', ['PingHandler.pong', 'PingHandler.ping']],
  ['pinghandler.pong', ['PingHandler.pong', 'PingHandler.ping']],
  ['Sync.rn', ['Sync.run', 'Sync.ran', 'Sync.rum']],
  ['Nothing.alike', []],
  ['', []],
  ['x'.repeat(101), []],
])('finds the names nearest to %j', (text, expected) => {
  expect(nearestNames(text, KNOWN)).toEqual(expected);
});

it('finds no name beyond the maximum distance', () => {
  expect(nearestNames('Sync.r', ['Sync.run'], 1)).toEqual([]);
  expect(nearestNames('Sync.ru', ['Sync.run'], 1)).toEqual(['Sync.run']);
});
