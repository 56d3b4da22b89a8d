import { Connection } from './connection.ts';

/** Opens so many connections, runs `use` with them, and closes them. @throws what breaks on one of them */
export async function withConnections<T>(
  port: number,
  count: number,
  use: (connections: readonly Connection[]) => Promise<T>,
): Promise<T> {
  const connections = await Promise.all(Array.from({ length: count }, () => Connection.open(port)));
  const failure = Promise.withResolvers<never>();
  for (const connection of connections) connection.onFailure = failure.reject;
  try {
    return await Promise.race([use(connections), failure.promise]);
  } finally {
    for (const connection of connections) connection.close();
  }
}
