import { registerAs } from '@nestjs/config';
import { type Secret } from '../../common/secret.js';
import { Matches, Max, Min } from '../class-validator.js';
import { type RoleMapping, roleMappings, rolesSeparator } from '../operator-roles.js';
import { blankSeparated, httpUrlAsWritten, integer, secret } from '../parsers.js';
import { EnvironmentVariable } from '../variable.decorator.js';

/** Operators of console and API: how they sign in, and for how long. */
export class OperatorsConfig {
  @EnvironmentVariable('OIDC_ISSUER', {
    description:
      'Corporate SSO for console and API: the issuer exactly as the provider writes it, with or without a final slash',
    example: 'https://login.example.com/realms/staff',
    parse: httpUrlAsWritten,
  })
  oidcIssuer?: string;

  @EnvironmentVariable('OIDC_CLIENT_ID', {
    description: 'Client id at the identity provider',
    example: 'hangar',
  })
  oidcClientId?: string;

  @EnvironmentVariable('OIDC_CLIENT_SECRET', {
    description: 'Client secret at the identity provider',
    example: 'the client secret from the identity provider',
    secret: true,
    parse: secret,
  })
  oidcClientSecret?: Secret;

  @EnvironmentVariable('OIDC_AUDIENCE', {
    description: 'Audience that bearer tokens must name',
    example: 'hangar',
  })
  oidcAudience?: string;

  @EnvironmentVariable('OIDC_ROLES_CLAIM', {
    description: 'Claim that contains `viewer`, `operator` or `admin`; a path such as `realm_access.roles` works',
    example: 'realm_access.roles',
    defaultText: 'none: no user has a role',
  })
  oidcRolesClaim?: string;

  @EnvironmentVariable('OIDC_ROLES_MAP', {
    description:
      'Which values of that claim give a role: `role=value` comma separated, or with commas in JSON, `{"value": "role"}` or `{"role": ["value"]}`',
    example: 'admin=hangar-admins,operator=sre,viewer=staff',
    defaultText: 'a value that is the name of a role gives it',
    parse: roleMappings,
  })
  oidcRolesMap: readonly RoleMapping[] = [];

  @EnvironmentVariable('OIDC_ROLES_SEPARATOR', {
    description: 'Separates the values of that claim if it is a text (`space` for a space); lists need none',
    example: 'space',
    defaultText: 'none: a text is one value',
    verbatim: true,
    parse: rolesSeparator,
  })
  oidcRolesSeparator?: string;

  @EnvironmentVariable('OIDC_SCOPES', {
    description: 'Scopes requested at sign-in, space separated',
    example: 'openid profile email groups',
    default: 'openid profile email',
    parse: blankSeparated,
  })
  @Matches(/^(?:\S+ )*openid(?: \S+)*$/, {
    message: 'must be scopes separated by single spaces, openid among them',
  })
  oidcScopes!: string;

  @EnvironmentVariable('SESSION_IDLE_MINUTES', {
    description: 'A console session ends after this long without a request',
    example: '30',
    default: '30',
    parse: integer,
  })
  @Min(1, { message: 'must be at least 1' })
  @Max(1440, { message: 'must be at most 1440, a day' })
  sessionIdleMinutes!: number;

  @EnvironmentVariable('SESSION_MAX_HOURS', {
    description: 'A console session ends this long after sign-in',
    example: '8',
    default: '8',
    parse: integer,
  })
  @Min(1, { message: 'must be at least 1' })
  @Max(168, { message: 'must be at most 168, a week' })
  sessionMaxHours!: number;
}

/** Injects {@link OperatorsConfig} by its `KEY`. */
export const operatorsConfig = registerAs('operators', () => new OperatorsConfig());
