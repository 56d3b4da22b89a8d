import { describe, expect, it } from '@jest/globals';
import { type FastifyRequest } from 'fastify';
import { etagOf, requiredMatch } from './etag.js';

const CURRENT = { paused: false };
const TAG = etagOf(CURRENT);

async function check(ifMatch: string): Promise<void> {
  const request = { headers: { 'if-match': ifMatch } } as FastifyRequest;
  await requiredMatch(request, async () => CURRENT)?.();
}

describe('If-Match', () => {
  it('is not required', () => {
    expect(requiredMatch({ headers: {} } as FastifyRequest, async () => CURRENT)).toBeUndefined();
  });

  it.each([['*'], [TAG], [`"other", ${TAG}`]])('%s allows the change', async (header) => {
    await expect(check(header)).resolves.toBeUndefined();
  });

  it.each([['"other"'], [`W/${TAG}`], [''], [TAG.replaceAll('"', '')]])('%s is answered 412', async (header) => {
    await expect(check(header)).rejects.toMatchObject({ status: 412, code: 'precondition_failed' });
  });
});
