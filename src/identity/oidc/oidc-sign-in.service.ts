import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { decodeProtectedHeader } from 'jose';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { Secret } from '../../common/secret.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { isSubject, storedIssuer } from '../profile.js';
import { type SignedIn } from '../sessions/sessions.service.js';
import { claimText } from './claim-text.js';
import { algorithmName } from './algorithms.js';
import { algorithmRefused, providerUnusable } from './provider.errors.js';
import { providerFailure } from './provider-failure.js';
import { ProviderKeysService } from './provider-keys.service.js';
import { ProviderService } from './provider.service.js';
import { type Claims, hasClaim, isEmailVerified, roleIn, roleValuesIn, shownValues } from './roles-claim.js';

/** The secrets of a pending sign-in, to compare with the provider's response (OpenID Connect Core §3.1.2, RFC 7636). */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Signs people in at the identity provider: authorization code with PKCE. */
@Injectable()
export class OidcSignInService {
  constructor(
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
    private readonly provider: ProviderService,
    private readonly keys: ProviderKeysService,
  ) {}

  /** @throws {DomainError} the provider does not respond: Hangar shows the error instead of redirecting to it */
  async begin(): Promise<PendingSignIn & { readonly url: string }> {
    const configuration = await this.provider.reached();
    const pending = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: `${this.server.publicUrl}/console/sign-in/callback`,
      scope: this.operators.oidcScopes,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    });
    return { ...pending, url: url.href };
  }

  /**
   * Exchanges the code and validates the id token: signature, issuer, audience, times and nonce.
   *
   * @param path path and query of the callback request
   * @throws {DomainError} the sign-in failed, for a reason that a person can read
   */
  async finish(path: string, { state, nonce, verifier }: PendingSignIn): Promise<SignedIn> {
    const configuration = await this.provider.configuration();
    try {
      const tokens = await authorizationCodeGrant(configuration, new URL(this.server.publicUrl + path), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const { id_token: idToken, access_token: accessToken } = tokens;
      if (idToken === undefined) throw providerUnusable('no id token');
      const { alg } = decodeProtectedHeader(idToken);
      if (!this.keys.allows(alg)) throw algorithmRefused(algorithmName(alg));
      const { oidcClientId: audience = '' } = this.operators;
      const claims = await this.keys.verify(idToken, { audience, requiredClaims: ['sub', 'exp'] });
      return this.signedIn(await this.withUserInfo(claims, configuration, accessToken), new Secret(idToken));
    } catch (error) {
      throw providerFailure(error, this.operators.oidcIssuer);
    }
  }

  /** Some providers send roles, name or email only in userinfo. A sign-in fails without the roles, not without the others. */
  private async withUserInfo(claims: Claims, configuration: Configuration, accessToken: string): Promise<Claims> {
    const { oidcRolesClaim: path } = this.operators;
    const hasRoles = path === undefined || hasClaim(claims, path);
    const complete = hasRoles && ['name', 'email'].every((claim) => claims[claim] !== undefined);
    if (complete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    try {
      return { ...(await fetchUserInfo(configuration, accessToken, String(claims['sub']))), ...claims };
    } catch (error) {
      if (hasRoles) return claims;
      throw error;
    }
  }

  private signedIn(claims: Claims, idToken: Secret): SignedIn {
    const { sub: subject } = claims;
    if (!isSubject(subject)) throw providerUnusable('sub is not 1 to 255 printable ASCII characters');
    const sid = claimText(claims['sid']);
    const name = claimText(claims['name']) ?? claimText(claims['preferred_username']);
    const email = isEmailVerified(claims) ? claimText(claims['email']) : undefined;
    const role = roleIn(claims, this.operators);
    return {
      issuer: storedIssuer(this.operators.oidcIssuer),
      subject,
      ...(sid !== undefined && { sid }),
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
      role,
      ...(!role && { roleValues: shownValues(roleValuesIn(claims, this.operators)) }),
      idToken,
    };
  }
}
