import { appendFileSync, chmodSync, chownSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hangarCommand } from '../support/cli.js';
import { dataFolder } from '../support/data-folder.js';
import { HangarProcess } from '../support/hangar-process.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { type Certificate, PrivateAuthority } from '../support/private-authority.js';
import { STORM, WebhookStorm } from '../support/webhook-storm.js';

const ROLE = 'app';
/** The tests themselves come as the superuser, with a password. */
const ACCESS = `
hostssl all ${ROLE} 127.0.0.1/32 cert clientcert=verify-full
host all hangar 127.0.0.1/32 scram-sha-256
`;
const CONNECTIONS = `
  SELECT DISTINCT application_name AS name, client_dn AS certificate
  FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE usename = '${ROLE}' ORDER BY 1`;

describe('a PostgreSQL that asks for a client certificate', () => {
  const folder = dataFolder();
  let postgres: OwnPostgres;

  beforeAll(async () => {
    const authority = await PrivateAuthority.create('Company CA');
    const other = await PrivateAuthority.create('Other CA');
    const server = await authority.sign('db.internal');
    store('app', await authority.sign(ROLE));
    store('someone', await authority.sign('someone'));
    store('foreign', await other.sign(ROLE));
    writeFileSync(join(folder, 'ca.crt'), authority.cert);
    writeFileSync(join(folder, 'other-ca.crt'), other.cert);
    postgres = await OwnPostgres.start({ prepare: (cluster) => requireCertificates(cluster, server, authority.cert) });
    await postgres.query(`CREATE ROLE ${ROLE} LOGIN`);
    await postgres.query(`GRANT hangar TO ${ROLE}`);
  });

  afterAll(async () => {
    await postgres?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function store(name: string, { cert, key }: Certificate): void {
    writeFileSync(join(folder, `${name}.crt`), cert);
    writeFileSync(join(folder, `${name}.key`), key);
  }

  /** The address of the database with these files. */
  function address(files: Record<string, string>): string {
    const url = new URL(postgres.url);
    url.username = ROLE;
    url.password = '';
    url.searchParams.set('sslmode', 'verify-full');
    for (const [name, file] of Object.entries(files)) url.searchParams.set(name, join(folder, file));
    return url.href;
  }

  const RIGHT = { sslrootcert: 'ca.crt', sslcert: 'app.crt', sslkey: 'app.key' };

  it(`stores ${STORM.count} webhooks by connections that all show the certificate, and each is handled once`, async () => {
    const storm = await WebhookStorm.prepare(postgres, address(RIGHT));
    try {
      const { accepted, lost, repeated, deadLetters } = await storm.run(async () => ({}));
      expect([accepted, lost, repeated, deadLetters]).toEqual([STORM.count, [], [], 0]);
      expect(await postgres.query(CONNECTIONS)).toEqual([
        { name: 'hangar', certificate: `/CN=${ROLE}` },
        { name: 'hangar queue', certificate: `/CN=${ROLE}` },
      ]);
      for (const { log } of storm.replicas.all) expect(log).not.toMatch(/polling every second|pg-boss error/);
      const { environment } = storm.replicas.at(0);
      for (const command of [['migrate'], ['installations', 'list'], ['audit', 'verify']])
        expect(await hangarCommand(command, environment)).toMatchObject({ code: 0 });
    } finally {
      await storm.stop();
    }
  });

  it.each([
    ['no certificate', { sslrootcert: 'ca.crt' }, /connection requires a valid client certificate\).*sslcert=/],
    [
      'the certificate of another user',
      { ...RIGHT, sslcert: 'someone.crt', sslkey: 'someone.key' },
      /certificate authentication failed for user "app"\).*its common name is the user/,
    ],
    [
      'a certificate of another authority',
      { ...RIGHT, sslcert: 'foreign.crt', sslkey: 'foreign.key' },
      /(?:TLS connection to PostgreSQL failed \(ERR_SSL_\w+\)|database of DATABASE_URL).*\./,
    ],
    [
      'the key of another certificate',
      { ...RIGHT, sslkey: 'someone.key' },
      /TLS connection to PostgreSQL failed \(ERR_OSSL_\w+\)/,
    ],
    [
      'a key that is not there',
      { ...RIGHT, sslkey: 'none.key' },
      /none\.key", which sslkey .* cannot be read \(ENOENT\)/,
    ],
    ['a folder as its key', { ...RIGHT, sslkey: '.' }, /which sslkey .* cannot be read \(EISDIR\)/],
    [
      'an authority that did not sign the server',
      { ...RIGHT, sslrootcert: 'other-ca.crt' },
      /certificate of PostgreSQL is not signed by an authority that this process trusts.*sslrootcert/,
    ],
  ] as const)('names what is wrong with %s, in each command and at a start', async (_, files, expected) => {
    const environment = {
      DATABASE_URL: address(files),
      HANGAR_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
    };
    const hangar = await HangarProcess.launch({ ...environment, LOG_LEVEL: 'warn' });
    const outputs = [{ code: await hangar.exit(), text: hangar.log }];
    for (const command of ['doctor', 'migrate']) {
      const { code, stdout, stderr } = await hangarCommand([command], environment);
      outputs.push({ code: code ?? 'none', text: stdout + stderr });
    }
    for (const { code, text } of outputs) {
      expect(code).toBe(1);
      expect(text).toMatch(expected);
      expect(text).not.toMatch(/^\s+at /m);
    }
  });
});

/** Switches TLS on in a cluster, and asks the application's role for a certificate. */
function requireCertificates(cluster: string, { cert, key }: Certificate, authority: string): void {
  const { uid, gid } = statSync(cluster);
  for (const [name, text] of Object.entries({ 'server.crt': cert, 'server.key': key, 'ca.crt': authority })) {
    const file = join(cluster, name);
    writeFileSync(file, text);
    chmodSync(file, 0o600);
    chownSync(file, uid, gid);
  }
  writeFileSync(join(cluster, 'pg_hba.conf'), ACCESS);
  appendFileSync(join(cluster, 'postgresql.auto.conf'), `ssl = on\nssl_ca_file = 'ca.crt'\n`);
}
