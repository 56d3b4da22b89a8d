import { describe, expect, it } from '@jest/globals';
import { PlaneError } from './plane.error.js';

const call = 'POST /auth/o/token/';

describe('a PlaneError says what failed and what to do', () => {
  it.each([
    [{ kind: 'timeout' }, 504, /did not answer in time\. Try again later/],
    [
      { kind: 'network', planeCode: 'ECONNREFUSED' },
      502,
      /cannot be reached \(ECONNREFUSED\)\. Check PLANE_BASE_URL and HTTPS_PROXY/,
    ],
    [
      { kind: 'network', planeCode: 'SELF_SIGNED_CERT_IN_CHAIN' },
      502,
      /the certificate of Plane is not signed by an authority that this process trusts \(SELF_.*NODE_EXTRA_CA_CERTS.*caBundle/,
    ],
    [
      { kind: 'network', planeCode: 'CERT_HAS_EXPIRED' },
      502,
      /the certificate of Plane has expired \(.*the certificate there/,
    ],
    [
      { kind: 'answer', planeStatus: 401, planeCode: 'invalid_client' },
      502,
      /answered 401 invalid_client\. Check PLANE_CLIENT_ID/,
    ],
    [
      { kind: 'answer', planeStatus: 400, planeCode: 'invalid_grant', said: 'used' },
      502,
      /invalid_grant \(used\)\. .*consent again/,
    ],
    [{ kind: 'answer', planeStatus: 404 }, 502, /has no OAuth apps/],
    [{ kind: 'answer', planeStatus: 302 }, 502, /redirects/],
    [{ kind: 'answer', planeStatus: 429, retryAfterSeconds: 7 }, 502, /rate limit/],
    [{ kind: 'answer', planeStatus: 500 }, 502, /Try again later/],
    [{ kind: 'answer', planeStatus: 403 }, 502, /PLANE_SCOPES/],
  ] as const)('%j', (failure, status, text) => {
    const error = new PlaneError({ call, ...failure });
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(/^POST \/auth\/o\/token\/: /);
    expect(error.status).toBe(status);
  });
});
