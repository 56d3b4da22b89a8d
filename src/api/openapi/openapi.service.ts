import { type INestApplication, Injectable } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { cookieName } from '../../common/cookie-name.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { SESSION_COOKIE } from '../../identity/sessions/sessions.service.js';
import { completeDocument } from './complete-document.js';
import { ProblemDto } from './problem.dto.js';

const DESCRIPTION = `What an operator sees and does, for programs.

- Answers are JSON in camelCase; times are RFC 3339 in UTC. Refusals and failures are \`application/problem+json\` (RFC 9457) and carry the id that the log has for the request.
- Lists answer \`{ items, next? }\`; send \`next\` as \`cursor\` for the next page.
- What can be changed has an \`ETag\`: \`If-None-Match\` saves reading it again, \`If-Match\` keeps a change from undoing another's.
- What acts takes an \`Idempotency-Key\`: a repeat within 24 hours gets the first answer, and does nothing.
- Bodies are \`application/json\` of at most 256 KB.`;

/** The description of the API (OpenAPI 3.1), made from the code when it is first asked for. */
@Injectable()
export class OpenApiService {
  private app: INestApplication | undefined;
  private made: OpenAPIObject | undefined;

  constructor(private readonly config: HangarConfig) {}

  /** Says which application it describes. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  /** The whole document. */
  document(): OpenAPIObject {
    this.made ??= this.make();
    return this.made;
  }

  /** The methods that a path takes; none where there is no such path. */
  methodsOf(path: string): string[] {
    const asked = path.split('/');
    const found = Object.entries(this.document().paths).filter(([template]) =>
      fits(template.split('/'), asked),
    );
    return [...new Set(found.flatMap(([, methods]) => Object.keys(methods)))].map((method) =>
      method.toUpperCase(),
    );
  }

  private make(): OpenAPIObject {
    if (!this.app) throw new Error('the application to be described was not told');
    const { oidcIssuer, publicUrl } = this.config;
    const cookie = cookieName(publicUrl, SESSION_COOKIE);
    const builder = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Hangar')
      .setVersion('1')
      .setDescription(DESCRIPTION)
      .addServer('/')
      .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: BEARER }, 'bearer')
      .addCookieAuth(cookie, { type: 'apiKey', in: 'cookie', description: COOKIE }, 'session');
    if (oidcIssuer !== undefined)
      builder.addSecurity('oidc', { type: 'openIdConnect', openIdConnectUrl: discoveryUrl(oidcIssuer) });
    const document = SwaggerModule.createDocument(this.app, builder.build(), { extraModels: [ProblemDto] });
    return completeDocument(
      document,
      oidcIssuer === undefined ? ['bearer', 'session'] : ['bearer', 'session', 'oidc'],
    );
  }
}

const BEARER =
  'A token of the identity provider for the configured audience; in development the token that is printed at start';
const COOKIE = 'What a browser has that is signed in at `/console`; what acts then needs the CSRF token too';

/** OpenID Connect Discovery 1.0 §4. */
function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

function fits(template: readonly string[], path: readonly string[]): boolean {
  return (
    template.length === path.length &&
    template.every((part, at) => part === path[at] || (part.startsWith('{') && path[at] !== ''))
  );
}
