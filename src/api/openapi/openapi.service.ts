import { type INestApplication, Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { pathPrefix } from '../../common/path-prefix.js';
import { cookieName } from '../../common/cookie-name.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { SESSION_COOKIE } from '../../identity/sessions/sessions.service.js';
import { completeDocument } from './complete-document.js';
import { ProblemDto } from './problem.dto.js';

const DESCRIPTION = `The operations of the console, for programs.

- Responses are JSON in camelCase; times are RFC 3339 in UTC. Errors are \`application/problem+json\` (RFC 9457) with the id of the request in the log.
- Lists respond with \`{ items, next? }\`; send \`next\` as \`cursor\` to get the next page.
- Resources that can be changed have an \`ETag\`: \`If-None-Match\` avoids reading an unchanged resource again, \`If-Match\` avoids lost updates.
- Operations accept an \`Idempotency-Key\`: a repeated request within 24 hours gets the first response and has no effect.
- Bodies are \`application/json\` of at most 256 KB.`;

/** The OpenAPI 3.1 document, generated from the decorators on the first request. */
@Injectable()
export class OpenApiService {
  private app: INestApplication | undefined;
  private generated: OpenAPIObject | undefined;

  constructor(
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
  ) {}

  /** Sets the application to describe. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  /** The whole document. */
  document(): OpenAPIObject {
    this.generated ??= this.generate();
    return this.generated;
  }

  /** The methods of a path; empty for an unknown path. */
  methodsOf(path: string): string[] {
    const segments = path.split('/');
    const found = Object.entries(this.document().paths).filter(([template]) => matches(template.split('/'), segments));
    return [...new Set(found.flatMap(([, methods]) => Object.keys(methods)))].map((method) => method.toUpperCase());
  }

  private generate(): OpenAPIObject {
    if (!this.app) throw new Error('describe() must be called first');
    const { oidcIssuer } = this.operators;
    const { publicUrl } = this.server;
    const cookie = cookieName(publicUrl, SESSION_COOKIE);
    const builder = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Hangar')
      .setVersion('1')
      .setDescription(DESCRIPTION)
      .addServer(pathPrefix(publicUrl) || '/')
      .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: BEARER }, 'bearer')
      .addCookieAuth(cookie, { type: 'apiKey', in: 'cookie', description: COOKIE }, 'session');
    if (oidcIssuer !== undefined)
      builder.addSecurity('oidc', { type: 'openIdConnect', openIdConnectUrl: discoveryUrl(oidcIssuer) });
    const document = SwaggerModule.createDocument(this.app, builder.build(), { extraModels: [ProblemDto] });
    return completeDocument(document, oidcIssuer === undefined ? ['bearer', 'session'] : ['bearer', 'session', 'oidc']);
  }
}

const BEARER =
  'An access token of the identity provider for the configured audience; in development the token that is printed at the start';
const COOKIE = 'The session of a browser that is signed in at `/console`; changes need the CSRF token, too';

/** OpenID Connect Discovery 1.0 §4. */
function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

function matches(template: readonly string[], path: readonly string[]): boolean {
  return (
    template.length === path.length &&
    template.every((part, at) => part === path[at] || (part.startsWith('{') && path[at] !== ''))
  );
}
