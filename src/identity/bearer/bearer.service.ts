import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyRequest } from 'fastify';
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { DEVELOPER, isSubject, storedIssuer } from '../profile.js';
import { DevelopmentTokenService } from '../access/development-token.service.js';
import { ALGORITHMS, algorithmName } from '../oidc/algorithms.js';
import { claimText } from '../oidc/claim-text.js';
import { ProviderKeysService } from '../oidc/provider-keys.service.js';
import { ProviderService } from '../oidc/provider.service.js';
import { roleIn, roleValuesIn, shownValue, shownValues } from '../oidc/roles-claim.js';
import { rejectionReason } from '../oidc/token-rejection.js';
import { type Operator } from '../operator.js';
import { PeopleService } from '../people/people.service.js';
import { notAnAccessToken, tokenRefused } from './bearer.errors.js';

const BEARER = /^Bearer +(\S+) *$/i;

/** Authenticates programs that send a JWT of the identity provider with each request (RFC 6750 §2.1, RFC 9068 §4). */
@Injectable()
export class BearerService {
  constructor(
    @Inject(operatorsConfig.KEY) private readonly config: ConfigType<typeof operatorsConfig>,
    private readonly development: DevelopmentTokenService,
    private readonly provider: ProviderService,
    private readonly keys: ProviderKeysService,
    private readonly people: PeopleService,
  ) {}

  /**
   * `undefined` where the request has no bearer token.
   *
   * @throws {DomainError} the token is invalid, or cannot be verified because the provider does not respond
   */
  async operatorOf(request: FastifyRequest): Promise<Operator | undefined> {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    if (this.development.accepts(token)) return { ...DEVELOPER, kind: 'machine', from: request.ip };
    if (!this.provider.isConfigured)
      throw tokenRefused('it is not the development token that this process printed at its start');
    return this.machineOf(await this.claimsOf(token), request);
  }

  /** Checks that need only the token come first: an invalid token must not cause calls to the provider. */
  private async claimsOf(token: string): Promise<JWTPayload> {
    const { oidcAudience: audience } = this.config;
    if (audience === undefined) throw tokenRefused('OIDC_AUDIENCE is not set, so that no token is accepted');
    try {
      const [header, claims] = [decodeProtectedHeader(token), decodeJwt(token)];
      if (!this.keys.allows(header.alg))
        throw tokenRefused(
          `its algorithm ${algorithmName(header.alg)} is not allowed; accepted: ${ALGORITHMS.join(', ')}`,
        );
      const kind = notAnAccessToken(header, claims);
      if (kind !== undefined) throw tokenRefused(`it is ${kind}, not a bearer access token`);
      const { issuer } = (await this.provider.configuration()).serverMetadata();
      if (claims.iss !== issuer)
        throw tokenRefused(`its issuer is ${shownValue(claims.iss)}, not OIDC_ISSUER, which is ${issuer}`);
      return await this.keys.verify(token, { audience, requiredClaims: ['sub', 'exp'] });
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError)
        throw tokenRefused(rejectionReason(error, 'OIDC_AUDIENCE'));
      throw error;
    }
  }

  private async machineOf(claims: JWTPayload, request: FastifyRequest): Promise<Operator> {
    const { sub: subject } = claims;
    if (!isSubject(subject)) throw tokenRefused('its claim sub is not 1 to 255 printable ASCII characters');
    await this.people.requireEnabled(subject);
    const name = ['name', 'client_id', 'azp']
      .map((claim) => claimText(claims[claim]))
      .find((each) => each !== undefined);
    const role = roleIn(claims, this.config);
    return {
      kind: 'machine',
      issuer: storedIssuer(this.config.oidcIssuer),
      subject,
      ...(name !== undefined && { name }),
      role,
      ...(!role && { roleValues: shownValues(roleValuesIn(claims, this.config)) }),
      from: request.ip,
    };
  }
}
