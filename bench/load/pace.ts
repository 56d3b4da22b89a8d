import { type Connection } from './connection.ts';
import { LoadRecord } from './load-record.ts';
import { type LoadReport, type PaceOrder } from './orders.ts';
import { PreparedRequests } from './prepared-requests.ts';
import { withConnections } from './with-connections.ts';

const TICK_MS = 1;

/**
 * Sends so many a second, each when it is due or, where every connection is busy, as soon as one is free. Latencies
 * count from when a request was due, so that a receiver that stalls is not spared.
 */
export async function pace(order: PaceOrder): Promise<LoadReport> {
  const { target, first, perSecond, connections, seconds } = order;
  const count = Math.ceil(perSecond * seconds);
  const requests = new PreparedRequests(target, first, count);
  return withConnections(target.port, connections, async (open) => {
    const record = new LoadRecord(count);
    await new Promise<void>((resolve) => {
      const dueMs = (index: number): number => (index * 1000) / perSecond;
      const idle = [...open];
      const sending = new Map<Connection, number>();
      let [sent, answered] = [0, 0];
      const sendDue = (): void => {
        for (; sent < count && idle.length > 0 && dueMs(sent) <= record.elapsedMs(); sent += 1) {
          const connection = idle.pop() as Connection;
          sending.set(connection, sent);
          connection.send(requests.at(sent));
        }
      };
      const onAnswer = (connection: Connection): void => {
        const index = sending.get(connection) ?? 0;
        record.answered(index, dueMs(index));
        idle.push(connection);
        answered += 1;
        if (answered === count) resolve();
        else sendDue();
      };
      for (const connection of open) connection.onAnswer = onAnswer;
      const tick = (): void => {
        sendDue();
        if (sent < count) setTimeout(tick, TICK_MS);
      };
      tick();
    });
    return record.report(count);
  });
}
