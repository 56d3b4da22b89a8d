import { Cron } from 'croner';

/** A schedule that cron and a time zone describe. */
export interface CronSchedule {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** A name of the IANA time zone database: `Europe/Berlin`. */
  readonly timeZone: string;
}

/**
 * The first occurrence after a time. Of an hour that clocks repeat in autumn, a fixed time occurs once, the first time; one
 * in the hour that they skip in spring occurs at the end of the gap. `*` and steps occur in both of two equal hours.
 */
export function nextOccurrence({ cron, timeZone }: CronSchedule, after: Date): Date {
  const next = parse(cron, timeZone).nextRun(after);
  if (!next) throw new TypeError(`the cron expression "${cron}" never occurs`);
  return next;
}

/** @throws {TypeError} that says what is invalid, and what to write */
export function requireValidSchedule({ cron, timeZone }: CronSchedule): void {
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new TypeError(
      `timeZone is "${timeZone}", which is no time zone of the IANA database: write one such as Europe/Berlin or UTC`,
    );
  }
  try {
    parse(cron, timeZone);
  } catch (error) {
    const problem = (error as Error).message.replace(/^\w+: /, '').replace(/\.$/, '');
    throw new TypeError(
      `"${cron}" is no cron expression (${problem}): write five fields, minute hour day month weekday, such as 0 8 * * 1-5`,
      { cause: error },
    );
  }
  nextOccurrence({ cron, timeZone }, new Date());
}

function parse(cron: string, timezone: string): Cron {
  return new Cron(cron, { timezone, paused: true, mode: '5-part' });
}
