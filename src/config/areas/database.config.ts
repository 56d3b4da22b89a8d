import { registerAs } from '@nestjs/config';
import { type Secret } from '../../common/secret.js';
import { Max, Min } from '../class-validator.js';
import { boolean, integer, postgresUrl, schemaName } from '../parsers.js';
import { EnvironmentVariable } from '../variable.decorator.js';

/** The default of `DATABASE_SCHEMA` where Hangar is a module of another application, whose own tables are elsewhere. */
export const HOST_SCHEMA = 'hangar';

/** The database, and the folder of the embedded one. */
export class DatabaseConfig {
  @EnvironmentVariable('DATABASE_URL', {
    description: 'PostgreSQL 15 to 18',
    example: 'postgres://hangar:password@db.example.com:5432/hangar?sslmode=verify-full',
    defaultText: 'embedded PostgreSQL in `HANGAR_DATA_DIR` (development only)',
    secret: true,
    parse: postgresUrl,
  })
  databaseUrl?: Secret;

  @EnvironmentVariable('DATABASE_LISTEN_URL', {
    description:
      'Address of the same database without its pooler in transaction mode, for one connection of each process that listens for new jobs',
    example: 'postgres://hangar:password@db-direct.example.com:5432/hangar?sslmode=verify-full',
    defaultText: '`DATABASE_URL`; behind a pooler in transaction mode jobs are polled every second',
    secret: true,
    parse: postgresUrl,
  })
  databaseListenUrl?: Secret;

  @EnvironmentVariable('DATABASE_SCHEMA', {
    description: "Schema of Hangar's tables; each of several Hangars in one database needs its own",
    example: 'hangar',
    defaultText: 'the `search_path`, usually `public`',
    parse: schemaName,
  })
  databaseSchema?: string;

  @EnvironmentVariable('HANGAR_ALLOW_PLAINTEXT_DATABASE', {
    description: 'Allows a `DATABASE_URL` without TLS to another host with `NODE_ENV=production`',
    example: 'true',
    default: 'false',
    parse: boolean,
  })
  allowPlaintextDatabase!: boolean;

  @EnvironmentVariable('DATABASE_POOL_SIZE', {
    description: 'Maximum connections of a process, as many again for its queue, and one more for LISTEN',
    example: '10',
    default: '10',
    parse: integer,
  })
  @Min(2, { message: 'must be at least 2' })
  @Max(200, { message: 'must be at most 200: more connections do not make PostgreSQL faster' })
  databasePoolSize!: number;

  @EnvironmentVariable('HANGAR_DATA_DIR', {
    description: 'Folder of the embedded PostgreSQL and the generated key',
    example: '/var/lib/hangar',
    default: '.hangar',
    verbatim: true,
    parse: (path) => path,
  })
  dataDir!: string;
}

/** Injects {@link DatabaseConfig} by its `KEY`. */
export const databaseConfig = registerAs('database', () => new DatabaseConfig());
