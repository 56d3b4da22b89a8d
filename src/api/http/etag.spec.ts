import { describe, expect, it } from '@jest/globals';
import { type FastifyRequest } from 'fastify';
import { etagOf, requireMatch } from './etag.js';

const CURRENT = { paused: false };
const TAG = etagOf(CURRENT);

function requestWith(ifMatch: string | undefined): FastifyRequest {
  return { headers: { 'if-match': ifMatch } } as FastifyRequest;
}

describe('If-Match', () => {
  it.each([[undefined], ['*'], [TAG], [`"other", ${TAG}`]])('%s allows the change', async (header) => {
    await expect(requireMatch(requestWith(header), async () => CURRENT)).resolves.toBeUndefined();
  });

  it.each([['"other"'], [`W/${TAG}`], [''], [TAG.replaceAll('"', '')]])('%s is answered 412', async (header) => {
    const matched = requireMatch(requestWith(header), async () => CURRENT);
    await expect(matched).rejects.toMatchObject({ status: 412, code: 'precondition_failed' });
  });
});
