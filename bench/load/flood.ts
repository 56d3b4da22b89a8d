import { type Connection } from './connection.ts';
import { LoadRecord } from './load-record.ts';
import { type FloodOrder, type LoadReport } from './orders.ts';
import { PreparedRequests } from './prepared-requests.ts';
import { withConnections } from './with-connections.ts';

/** Sends on every connection the next request as soon as the last is answered, until the time or the bodies are used up. */
export async function flood(order: FloodOrder): Promise<LoadReport> {
  const { target, first, most, connections, seconds } = order;
  const requests = new PreparedRequests(target, first, most);
  return withConnections(target.port, connections, async (open) => {
    const record = new LoadRecord(most);
    let sent = 0;
    const drain = async (connection: Connection): Promise<void> =>
      new Promise((resolve) => {
        let [index, sentAtMs] = [0, 0];
        const next = (): void => {
          sentAtMs = record.elapsedMs();
          if (sent === most || sentAtMs > seconds * 1000) return resolve();
          index = sent;
          sent += 1;
          connection.send(requests.at(index));
        };
        connection.onAnswer = () => {
          record.answered(index, sentAtMs);
          next();
        };
        next();
      });
    await Promise.all(open.map(drain));
    return record.report(sent);
  });
}
