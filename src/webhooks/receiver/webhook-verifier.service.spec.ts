import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Secret } from '../../common/secret.js';
import { SigningSecret, verifySignature } from '../events/webhook-signature.js';
import { type CachedWorkspaceSecrets } from '../workspace-secrets/workspace-secrets.cache.js';
import { WebhookVerifierService } from './webhook-verifier.service.js';

const [GLOBAL, OWN, PREVIOUS, FOREIGN] = ['global', 'own', 'previous', 'foreign'].map(
  (text) => new SigningSecret(new Secret(text)),
) as [SigningSecret, SigningSecret, SigningSecret, SigningSecret];
const BOTH: CachedWorkspaceSecrets = { secrets: [OWN, PREVIOUS], complete: true };
const UNREADABLE: CachedWorkspaceSecrets = { secrets: [], complete: false };

/** A verifier where the workspace `w` has these secrets, and what it counts. */
function verifier(own?: CachedWorkspaceSecrets): {
  verify: (body: string, by: SigningSecret) => string;
  matches: string[];
} {
  const matches: string[] = [];
  const service = new WebhookVerifierService(
    { verify: (body: Buffer, signature?: string) => verifySignature(body, signature, [GLOBAL]) } as never,
    { any: own !== undefined, of: (id: string) => (id === 'w' ? own : undefined) } as never,
    { matched: (secret: string) => matches.push(secret) } as never,
  );
  const verify = (text: string, by: SigningSecret): string => {
    const body = Buffer.from(text);
    const headers = { 'x-plane-signature': by.sign(body).toString('hex') };
    try {
      return service.verify(body, headers).secret.fingerprint;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { verify, matches };
}

const OF_W = '{"workspace_id": "w"}';
const OF_ANOTHER = '{"workspace_id": "another"}';

describe('a webhook is verified', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it.each([
    ['by a global secret where no workspace has its own', undefined, OF_W, GLOBAL, GLOBAL.fingerprint],
    ['by nothing else there', undefined, OF_W, OWN, 'signature_invalid'],
    ["by the workspace's own", BOTH, OF_W, OWN, OWN.fingerprint],
    ["by the workspace's previous one", BOTH, OF_W, PREVIOUS, PREVIOUS.fingerprint],
    ['not by a global one where the workspace has its own', BOTH, OF_W, GLOBAL, 'signature_invalid'],
    ['by a global one in other workspaces', BOTH, OF_ANOTHER, GLOBAL, GLOBAL.fingerprint],
    ["not by another workspace's own", BOTH, OF_ANOTHER, OWN, 'signature_invalid'],
    ['not by a secret that nobody has', BOTH, OF_W, FOREIGN, 'signature_invalid'],
    ["by a global one where it is nobody's", BOTH, '{"workspace_id": 7}', GLOBAL, GLOBAL.fingerprint],
    ['by a global one where it cannot be read', BOTH, '{', GLOBAL, GLOBAL.fingerprint],
    ['not by an own one where it cannot be read', BOTH, '{', OWN, 'signature_invalid'],
    ['not by what a prototype has', BOTH, '{"__proto__": {"workspace_id": "w"}}', OWN, 'signature_invalid'],
    ['later where its own secret cannot be read', UNREADABLE, OF_W, OWN, 'cannot_verify'],
  ])('%s', (_, own, body, by, outcome) => {
    expect(verifier(own).verify(body, by)).toBe(outcome);
  });

  it('and counted by the secret, all own ones as one', () => {
    const { verify, matches } = verifier(BOTH);
    for (const [body, by] of [
      [OF_W, OWN],
      [OF_W, PREVIOUS],
      [OF_ANOTHER, GLOBAL],
      [OF_W, GLOBAL],
    ] as const)
      verify(body, by);
    expect(matches).toEqual(['own', 'own', GLOBAL.fingerprint]);
  });
});
