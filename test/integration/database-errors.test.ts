import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import { isDatabaseError } from '../../src/common/database-error.js';
import { isDatabaseUnavailable } from '../../src/common/database-unavailable.js';
import { isRowError } from '../../src/common/row-error.js';
import { Secret } from '../../src/common/secret.js';
import { type DatabaseClient } from '../../src/database/database-client.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { sessionSettings } from '../../src/database/session-settings.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { patientSeconds } from '../support/patient-seconds.js';

const caught = async (run: () => Promise<unknown>): Promise<unknown> =>
  run().then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('an error of the database', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    const options = dataSourceOptions(new Secret(database.url), { poolSize: 1 });
    dataSource = await new DataSource({ ...options, connectTimeoutMS: 1000 * Number(patientSeconds(1)) }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const refused = async (): Promise<string> => `postgres://u:p@127.0.0.1:${await freePort()}/db`;

  it('is known by its connection, where the server cannot be reached', async () => {
    const source = new DataSource(dataSourceOptions(new Secret(await refused())));
    expect(isDatabaseUnavailable(await caught(() => source.initialize()))).toBe(true);
  });

  it('is known where no connection of the pool becomes free', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.connect();
    const error = await caught(() => dataSource.query('SELECT 1'));
    await runner.release();
    expect([String(error), isDatabaseUnavailable(error)]).toEqual([expect.stringContaining('timeout exceeded'), true]);
  });

  it('is known where the server ends the connection of a query or a transaction', async () => {
    const end = `SELECT pg_terminate_backend(pg_backend_pid())`;
    expect(isDatabaseUnavailable(await caught(() => dataSource.query(end)))).toBe(true);
    const inTransaction = (): Promise<unknown> => dataSource.transaction((transaction) => transaction.query(end));
    expect(isDatabaseUnavailable(await caught(inTransaction))).toBe(true);
  });

  it('is known where the connection ends between two statements of a transaction', async () => {
    const errors: unknown[] = [];
    const commit = dataSource.transaction(async (transaction) => {
      const connection = (await transaction.queryRunner?.connect()) as DatabaseClient;
      const ended = new Promise<void>((resolve) => void connection.once('end', resolve));
      const [{ pid }] = await transaction.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1)', [pid]);
      await ended;
      errors.push(await caught(() => transaction.query('SELECT 1')), await caught(() => connection.query('SELECT 1')));
    });
    errors.push(await caught(async () => commit));
    expect(errors.map((error) => [isDatabaseUnavailable(error), String(error)])).toEqual([
      [true, expect.stringContaining('already released')],
      [true, expect.stringContaining('not queryable')],
      [true, expect.stringContaining('already released')],
    ]);
  });

  it('is known where the server rejects a statement, which does not make it unavailable', async () => {
    const error = await caught(() => dataSource.query(`SELECT 'x'::int`));
    expect([isDatabaseError(error), isRowError(error), isDatabaseUnavailable(error)]).toEqual([true, true, false]);
  });

  it('is known in the queue', async () => {
    const boss = new PgBoss({ ...sessionSettings(undefined), connectionString: await refused(), migrate: false });
    boss.on('error', () => undefined);
    expect(isDatabaseUnavailable(await caught(() => boss.start()))).toBe(true);
  });

  it.each([
    ['axios, which Plane’s SDK uses', async (port: number) => axios.get(`http://127.0.0.1:${port}`)],
    ['fetch, which the identity provider is asked with', async (port: number) => fetch(`http://127.0.0.1:${port}`)],
    ['a socket', async (port: number) => once(connect(port, '127.0.0.1'), 'connect')],
  ])('is not what %s fails with', async (_, request) => {
    const port = await freePort();
    const error = await caught(() => request(port));
    expect([error instanceof Error, isDatabaseError(error)]).toEqual([true, false]);
  });

  it('is not what an aborted body fails with', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\nabc');
    const [request] = (await once(server, 'request')) as [AsyncIterable<Buffer>];
    const error = await caught(async () => {
      for await (const _chunk of request) socket.destroy();
    });
    server.close();
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(isDatabaseUnavailable(error)).toBe(false);
  });
});
