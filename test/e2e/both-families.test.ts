import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../support/describe-with.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';

const hasIpv6 = Object.values(networkInterfaces()).some((known) => known?.some(({ family }) => family === 'IPv6'));

describeWith('ipv6', hasIpv6, 'a server that listens on both families', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ environment: { HOST: '::' } });
  });

  afterAll(() => together.stop());

  it.each([
    ['IPv4', '127.0.0.1', '127.0.0.1'],
    ['IPv6', '[::1]', '::1'],
  ])('answers by %s, and knows the client by its address there', async (_, host, from) => {
    const { port } = new URL(together.url);
    const answer = await fetch(`http://${host}:${port}/api/v1/installations`, {
      headers: { authorization: 'Bearer none' },
    });
    expect(answer.status).toBe(401);
    const rows = await together.database.query<{ actor_from: string }>(
      `SELECT actor_from FROM audit_log WHERE actor_from IS NOT NULL ORDER BY 1`,
    );
    expect(rows.map(({ actor_from: address }) => address)).toContain(from);
    expect(JSON.stringify(rows)).not.toContain('::ffff');
  });
});
