import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Secret } from '../../common/secret.js';
import { SigningSecret, verifySignature } from '../events/webhook-signature.js';
import { type CachedWorkspaceSecrets } from '../workspace-secrets/workspace-secrets.cache.js';
import { WebhookVerifierService } from './webhook-verifier.service.js';

const [APP, CURRENT, PREVIOUS, UNKNOWN] = ['app', 'current', 'previous', 'unknown'].map(
  (text) => new SigningSecret(new Secret(text), `fingerprint of ${text}`),
) as [SigningSecret, SigningSecret, SigningSecret, SigningSecret];
const CONNECTION = { connectionId: 'default' };
const BOTH: CachedWorkspaceSecrets = { ...CONNECTION, secrets: [CURRENT, PREVIOUS], complete: true };
const UNREADABLE: CachedWorkspaceSecrets = { ...CONNECTION, secrets: [], complete: false };

/** A verifier where the workspace `w` has these secrets, and the secrets that it counts. */
function verifier(ofWorkspace?: CachedWorkspaceSecrets): {
  verify: (body: string, by: SigningSecret) => string;
  matches: string[];
} {
  const matches: string[] = [];
  const service = new WebhookVerifierService(
    {
      verify: (body: Buffer, signature?: string) => {
        const secret = verifySignature(body, signature, [APP]);
        return secret && { ...CONNECTION, secret };
      },
    } as never,
    { any: ofWorkspace !== undefined, of: (id: string) => (id === 'w' && ofWorkspace ? [ofWorkspace] : []) } as never,
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
const NESTED = '{"workspace_id": "another", "data": {"workspace_id": "w"}}';
const OF_ANOTHER = '{"workspace_id": "another"}';

describe('a webhook is verified', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it.each([
    ['by the app secret where no workspace has a workspace secret', undefined, OF_W, APP, APP.fingerprint],
    ['by no other secret there', undefined, OF_W, CURRENT, 'signature_invalid'],
    ['by the workspace secret', BOTH, OF_W, CURRENT, CURRENT.fingerprint],
    ['by the previous workspace secret', BOTH, OF_W, PREVIOUS, PREVIOUS.fingerprint],
    ['not by the app secret where the workspace has a workspace secret', BOTH, OF_W, APP, 'signature_invalid'],
    ['by the app secret in other workspaces', BOTH, OF_ANOTHER, APP, APP.fingerprint],
    ['not by the secret of another workspace', BOTH, OF_ANOTHER, CURRENT, 'signature_invalid'],
    ['not by an unknown secret', BOTH, OF_W, UNKNOWN, 'signature_invalid'],
    ['by the app secret where the payload has no workspace', BOTH, '{"workspace_id": 7}', APP, APP.fingerprint],
    ['by the app secret where the body cannot be parsed', BOTH, '{', APP, APP.fingerprint],
    ['not by a workspace secret where the body cannot be parsed', BOTH, '{', CURRENT, 'signature_invalid'],
    ['not by an inherited workspace_id', BOTH, '{"__proto__": {"workspace_id": "w"}}', CURRENT, 'signature_invalid'],
    ['not by a workspace secret that only a nested object names', BOTH, NESTED, CURRENT, 'signature_invalid'],
    ['by the app secret where only a nested object names the workspace', BOTH, NESTED, APP, APP.fingerprint],
    ['by the last of two keys', BOTH, '{"workspace_id": "another", "workspace_id": "w"}', CURRENT, CURRENT.fingerprint],
    ['later where the workspace secret cannot be decrypted', UNREADABLE, OF_W, CURRENT, 'cannot_verify'],
  ])('%s', (_, ofWorkspace, body, by, outcome) => {
    expect(verifier(ofWorkspace).verify(body, by)).toBe(outcome);
  });

  it('before it is parsed', () => {
    const parse = jest.spyOn(JSON, 'parse');
    expect(verifier(BOTH).verify(OF_W, UNKNOWN)).toBe('signature_invalid');
    expect(parse).not.toHaveBeenCalled();
    expect(verifier(BOTH).verify(OF_W, CURRENT)).toBe(CURRENT.fingerprint);
    expect(parse).toHaveBeenCalledTimes(1);
    parse.mockRestore();
  });

  it('and counted by the secret, all workspace secrets as one', () => {
    const { verify, matches } = verifier(BOTH);
    for (const [body, by] of [
      [OF_W, CURRENT],
      [OF_W, PREVIOUS],
      [OF_ANOTHER, APP],
      [OF_W, APP],
    ] as const)
      verify(body, by);
    expect(matches).toEqual(['own', 'own', APP.fingerprint]);
  });
});
