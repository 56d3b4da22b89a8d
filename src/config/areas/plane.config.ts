import { registerAs } from '@nestjs/config';
import { type Secret } from '../../common/secret.js';
import { IsIn, IsOptional, Matches, Max, Min } from '../class-validator.js';
import { blankSeparated, httpUrl, integer, ownUrlAsWritten, planeSecret } from '../parsers.js';
import { appsDocument, type DescribedConnection } from '../apps-document.js';
import { PLANE_MODES, type PlaneMode } from '../plane-connection.js';
import { EnvironmentVariable } from '../variable.decorator.js';

/** The Plane app: where Plane is, and the app's credentials there. */
export class PlaneConfig {
  @EnvironmentVariable('PLANE_MODE', {
    description:
      '`oauth`: an app with consent. `api-key`: the community edition, which has no OAuth apps: see [community edition](community-edition.md)',
    example: 'api-key',
    default: 'oauth',
  })
  @IsIn(PLANE_MODES, { message: `must be one of ${PLANE_MODES.join(', ')}` })
  planeMode!: PlaneMode;

  @EnvironmentVariable('PLANE_BASE_URL', {
    description: "Plane's API and token endpoint",
    example: 'https://api.plane.so',
    default: 'https://api.plane.so',
    parse: httpUrl,
  })
  planeBaseUrl!: string;

  @EnvironmentVariable('PLANE_CLIENT_ID', {
    description: "From the app's page in Plane",
    example: 'a1b2c3d4',
    defaultText: 'none: with `PLANE_MODE=oauth` the simulator is started (development only)',
  })
  planeClientId?: string;

  @EnvironmentVariable('PLANE_CLIENT_SECRET', {
    description: "From the app's page in Plane",
    example: "the Client Secret from the app's page",
    secret: true,
    parse: planeSecret,
  })
  planeClientSecret?: Secret;

  @EnvironmentVariable('PLANE_REDIRECT_URI', {
    description: "One of the app's Redirect URIs in Plane",
    example: 'https://hangar.example.com/oauth/callback',
    defaultText: '`$PUBLIC_URL/oauth/callback`',
    parse: ownUrlAsWritten,
  })
  planeRedirectUri!: string;

  @EnvironmentVariable('PLANE_SCOPES', {
    description: 'Scopes requested at consent, space separated',
    example: 'projects.work_items:read projects.work_items.comments:write',
    defaultText: 'empty',
    parse: blankSeparated,
  })
  @IsOptional()
  @Matches(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, {
    message: 'must be scopes separated by single spaces (RFC 6749 §3.3)',
  })
  planeScopes?: string;

  @EnvironmentVariable('PLANE_API_KEY', {
    description: 'Personal API key of the user that the app acts as; with `PLANE_MODE=api-key`',
    example: "the key from that user's profile settings, API tokens",
    secret: true,
    parse: planeSecret,
  })
  planeApiKey?: Secret;

  @EnvironmentVariable('PLANE_WORKSPACE', {
    description: 'Slug of the workspace of that key; with `PLANE_MODE=api-key`',
    example: 'acme',
  })
  @IsOptional()
  @Matches(/^[\p{L}\p{N}_-]{1,80}$/u, { message: 'must be the slug of a workspace, as in the address of its pages' })
  planeWorkspace?: string;

  @EnvironmentVariable('HANGAR_APPS', {
    description:
      'Connections to Plane as a JSON list, usually in the file of `HANGAR_APPS_FILE`: see [connections](connections.md)',
    example:
      '[{"id": "cloud", "baseUrl": "https://api.plane.so", "clientId": "a1b2c3d4", "clientSecretFile": "/run/secrets/cloud"}]',
    secret: true,
    verbatim: true,
    parse: appsDocument,
  })
  apps: readonly DescribedConnection[] = [];

  @EnvironmentVariable('INSTALLATION_CHECK_SECONDS', {
    description:
      'How often Hangar asks Plane whether the app is still installed in a workspace, or whether the API key works',
    example: '3600',
    default: '3600',
    parse: integer,
  })
  @Min(60, { message: 'must be at least 60' })
  @Max(604_800, { message: 'must be at most 604800, a week' })
  installationCheckSeconds!: number;
}

/** Injects {@link PlaneConfig} by its `KEY`. */
export const planeConfig = registerAs('plane', () => new PlaneConfig());
