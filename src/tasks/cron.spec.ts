import { describe, expect, it } from '@jest/globals';
import { nextOccurrence, requireValidSchedule } from './cron.js';

/** The occurrences after a time, each found from the one before, as the server does. */
function occurrences(cron: string, timeZone: string, after: string, count: number): string[] {
  const found: string[] = [];
  for (let from = new Date(after); found.length < count; from = new Date(found.at(-1) ?? 0))
    found.push(nextOccurrence({ cron, timeZone }, from).toISOString().replace(':00.000Z', 'Z'));
  return found;
}

describe('the occurrences of a schedule', () => {
  it('follow the local time over the changes of clocks', () => {
    expect(occurrences('0 8 * * 1-5', 'Europe/Berlin', '2026-03-26T12:00:00Z', 3)).toEqual([
      '2026-03-27T07:00Z',
      '2026-03-30T06:00Z',
      '2026-03-31T06:00Z',
    ]);
    expect(occurrences('0 8 * * *', 'Europe/Berlin', '2026-10-24T00:00:00Z', 2)).toEqual([
      '2026-10-24T06:00Z',
      '2026-10-25T07:00Z',
    ]);
  });

  it('in the hour that clocks skip are at its end, once', () => {
    expect(occurrences('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    expect(occurrences('0 0 * * *', 'America/Sao_Paulo', '2018-11-03T12:00:00Z', 2)).toEqual([
      '2018-11-04T03:00Z',
      '2018-11-05T02:00Z',
    ]);
  });

  it('in the hour that clocks repeat are its first, once, whenever the next one is asked for', () => {
    expect(occurrences('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
    for (const after of ['2026-10-25T00:31:00Z', '2026-10-25T01:00:00Z', '2026-10-25T01:10:00Z'])
      expect(occurrences('30 2 * * *', 'Europe/Berlin', after, 1)).toEqual(['2026-10-26T01:30Z']);
  });

  it('of steps are in both of two equal hours', () => {
    expect(occurrences('*/30 * * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', 4)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:00Z',
    ]);
  });

  it('are found where clocks change by half an hour', () => {
    expect(occurrences('0 8 * * *', 'Australia/Lord_Howe', '2026-04-04T14:00:00Z', 1)).toEqual(['2026-04-04T21:30Z']);
  });

  it('of a leap day are years apart', () => {
    expect(occurrences('0 0 29 2 *', 'UTC', '2026-03-01T00:00:00Z', 1)).toEqual(['2028-02-29T00:00Z']);
  });
});

describe('an invalid schedule', () => {
  it.each([
    ['61 * * * *', 'UTC', /"61 \* \* \* \*" is no cron expression \(.*61.*\): write five fields/],
    ['', 'UTC', /"" is no cron expression/],
    ['0 8 * *', 'UTC', /write five fields/],
    ['* * * * * *', 'UTC', /write five fields/],
    ['weekdays', 'UTC', /such as 0 8 \* \* 1-5/],
    ['0 0 30 2 *', 'UTC', 'the cron expression "0 0 30 2 *" never occurs'],
    ['0 8 * * *', 'Mars/Phobos', 'timeZone is "Mars/Phobos", which is no time zone of the IANA database'],
  ])('%p in %p is rejected with what to write', (cron, timeZone, message) => {
    expect(() => requireValidSchedule({ cron, timeZone })).toThrow(message);
  });

  it.each(['0 8 * * 1-5', '*/15 9-17 * * MON-FRI', '0 9 1 * *', '0 9 L * *'])('%p is none', (cron) => {
    expect(() => requireValidSchedule({ cron, timeZone: 'Asia/Kolkata' })).not.toThrow();
  });
});
