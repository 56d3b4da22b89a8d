import { genericGrantRequest, type Configuration } from 'openid-client';
import { type HangarConfig } from '../../config/hangar-config.js';
import { ALGORITHMS } from '../../identity/oidc/algorithms.js';
import { providerFailure } from '../../identity/oidc/provider-failure.js';
import { ProviderKeysService } from '../../identity/oidc/provider-keys.service.js';
import { ProviderService } from '../../identity/oidc/provider.service.js';
import { causeText } from '../../server/startup-error.js';
import { fail, type Finding, pass, runCheck } from './finding.js';

const [PROVIDER, KEYS, ALGORITHM, CLIENT, ROLES] = [
  'identity provider',
  'provider keys',
  'provider algorithms',
  'provider client',
  'roles claim',
];

/**
 * Checks that people can sign in, as far as it can be known without a person: discovery, issuer, keys, algorithms, the client's
 * secret, and whether a claim can give roles. The metadata need not list all claims and scopes, so that a missing one is shown
 * but does not fail the check.
 */
export async function checkProvider(config: HangarConfig): Promise<Finding[]> {
  if (config.oidcIssuer === undefined) return [withoutProvider(config)];
  const provider = new ProviderService(config, config, config);
  try {
    const configuration = await provider.reached();
    return [
      pass(PROVIDER, `${config.oidcIssuer} responds, with the same issuer`),
      await runCheck(KEYS, () => keys(new ProviderKeysService(provider))),
      algorithms(configuration),
      await runCheck(CLIENT, () => client(configuration, config)),
      roles(configuration, config),
    ];
  } catch (error) {
    return [fail(PROVIDER, causeText(error))];
  } finally {
    await provider.onApplicationShutdown();
  }
}

function withoutProvider({ production }: HangarConfig): Finding {
  const who = production
    ? 'console and API answer 503'
    : 'the address that is printed at the start signs in to the console';
  return pass(PROVIDER, `not configured: ${who}`);
}

async function keys(service: ProviderKeysService): Promise<Finding> {
  const published = await service.published();
  const usable = published.filter(({ kty, use }) => ['RSA', 'EC', 'OKP'].includes(kty ?? '') && use !== 'enc');
  return usable.length > 0
    ? pass(KEYS, `${usable.length} for signatures`)
    : fail(KEYS, 'none that can verify a signature: no one can sign in', 'Add an RSA or EC key at the provider');
}

function algorithms(configuration: Configuration): Finding {
  const { id_token_signing_alg_values_supported: supported } = configuration.serverMetadata();
  if (supported === undefined) return pass(ALGORITHM, 'the provider lists none; RS256 is the default');
  const accepted = supported.filter((each) => ALGORITHMS.includes(each));
  return accepted.length > 0
    ? pass(ALGORITHM, `${accepted.join(', ')}; the client there must be set to one of them`)
    : fail(
        ALGORITHM,
        `the provider signs id tokens with ${supported.join(', ')} only, of which Hangar accepts none`,
        `Set RS256 or ES256 there; accepted: ${ALGORITHMS.join(', ')}`,
      );
}

/** Exchanges a code that does not exist: the provider rejects it, after it has accepted the client. */
async function client(configuration: Configuration, { publicUrl, oidcIssuer }: HangarConfig): Promise<Finding> {
  const code = { code: 'doctor', redirect_uri: `${publicUrl}/console/sign-in/callback`, code_verifier: 'x'.repeat(43) };
  try {
    await genericGrantRequest(configuration, 'authorization_code', code);
  } catch (error) {
    const failure = providerFailure(error, oidcIssuer) as Error & { readonly code?: unknown };
    if (failure.code === 'client_refused') return fail(CLIENT, causeText(failure));
    if (failure.code !== 'sign_in_code_refused') return pass(CLIENT, `not known: ${causeText(failure)}`);
  }
  return pass(CLIENT, 'accepted by the provider');
}

function roles(configuration: Configuration, { oidcRolesClaim, oidcScopes }: HangarConfig): Finding {
  if (oidcRolesClaim === undefined)
    return fail(ROLES, 'OIDC_ROLES_CLAIM is not set: no user has a role', 'Set it, as docs/sso shows');
  const { claims_supported: claims, scopes_supported: scopes } = configuration.serverMetadata();
  const isListed = claims?.some((claim) => claim === oidcRolesClaim || oidcRolesClaim.startsWith(`${claim}.`));
  const unlisted = oidcScopes.split(' ').filter((scope) => scopes && !scopes.includes(scope));
  const notes = [
    isListed === false ? '; not among the claims that the provider lists, which need not be all' : '',
    unlisted.length > 0 ? `; the provider does not list the scope ${unlisted.join(', ')} of OIDC_SCOPES` : '',
  ];
  return pass(ROLES, oidcRolesClaim + notes.join(''));
}
