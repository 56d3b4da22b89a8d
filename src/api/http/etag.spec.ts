import { describe, expect, it } from '@jest/globals';
import { type FastifyRequest } from 'fastify';
import { etagOf, requireMatch } from './etag.js';

const PRESENT = { paused: false };
const TAG = etagOf(PRESENT);

function requestWith(ifMatch: string | undefined): FastifyRequest {
  return { headers: { 'if-match': ifMatch } } as FastifyRequest;
}

describe('If-Match', () => {
  it.each([[undefined], ['*'], [TAG], [`"other", ${TAG}`]])('%s lets the change through', async (header) => {
    await expect(requireMatch(requestWith(header), async () => PRESENT)).resolves.toBeUndefined();
  });

  it.each([['"other"'], [`W/${TAG}`], [''], [TAG.replaceAll('"', '')]])('%s does not', async (header) => {
    const matched = requireMatch(requestWith(header), async () => PRESENT);
    await expect(matched).rejects.toMatchObject({ status: 412, code: 'precondition_failed' });
  });
});
