const MAX_DEPTH = 5;
const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
]);
const INVALID: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host name',
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'is revoked',
};

/** What to do about an authority that is not trusted, by a server that is called over https. */
export const TRUST_HINT =
  'Put the certificate of its authority into the file of NODE_EXTRA_CA_CERTS (on Kubernetes: the value caBundle)';

/** Why TLS rejected the certificate of a server. */
export interface CertificateProblem {
  /** Whether it is only that its certificate authority is unknown to this process. */
  readonly untrusted: boolean;
  /** For a sentence that begins with "the certificate of …". */
  readonly text: string;
}

/** Why a connection failed, if TLS rejected the certificate of the other side; also where another error wraps it. */
export function certificateProblem(error: unknown): CertificateProblem | undefined {
  const code = codesOf(error).find((each) => UNTRUSTED.has(each) || Object.hasOwn(INVALID, each));
  if (code === undefined) return undefined;
  const why = INVALID[code] ?? 'is not signed by an authority that this process trusts';
  return { untrusted: UNTRUSTED.has(code), text: `${why} (${code})` };
}

/** The codes of an error and its causes; `AggregateError` has one cause an address. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return [];
  const { code, cause, driverError, errors } = error as Readonly<Record<string, unknown>>;
  const inner = [cause, driverError, ...(Array.isArray(errors) ? errors : [])];
  return [...(typeof code === 'string' ? [code] : []), ...inner.flatMap((each) => codesOf(each, depth + 1))];
}
