import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { html } from '../common/html.js';
import { page, pageHeaders } from '../common/page.js';
import { wantsJson } from '../common/wants-json.js';
import { serverConfig } from '../config/areas/server.config.js';
import { type Role } from '../config/role.js';
import { WEBHOOK_ROUTE } from '../webhooks/receiver/webhook-path.js';
import { version } from './process-metrics.service.js';

const FOUND = 302;

/** Paths of a process; those with roles exist only in processes with one of them. */
const PATHS: readonly { name: string; path: string; roles?: readonly Role[]; isPage?: true }[] = [
  { name: 'health', path: '/health/ready', isPage: true },
  { name: 'webhooks', path: `/${WEBHOOK_ROUTE}`, roles: ['receiver'] },
  { name: 'setup', path: '/oauth/setup', roles: ['receiver', 'console'], isPage: true },
  { name: 'console', path: '/console', roles: ['console'], isPage: true },
  { name: 'api', path: '/api/docs', roles: ['console'], isPage: true },
];

/** `GET /`: leads browsers to the console, or shows which roles and paths this process has. */
@Controller()
export class RootController {
  constructor(@Inject(serverConfig.KEY) private readonly config: ConfigType<typeof serverConfig>) {}

  @Get()
  async root(@Req() { headers: { accept } }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { roles } = this.config;
    const paths = PATHS.filter((path) => path.roles?.some((role) => roles.includes(role)) ?? true);
    void reply.header('cache-control', 'no-store').header('vary', 'accept');
    if (wantsJson(accept))
      await reply.send({
        name: 'hangar',
        version: version(),
        roles,
        paths: Object.fromEntries(paths.map(({ name, path }) => [name, path])),
      });
    else if (roles.includes('console')) await reply.redirect('/console', FOUND);
    else await reply.headers(pageHeaders()).send(rootPage(roles, paths));
  }
}

function rootPage(roles: readonly Role[], paths: typeof PATHS): string {
  return page(
    'Hangar',
    html`<p>Version ${version()}. Roles of this process: ${roles.join(', ')}. It has no console.</p>
      <ul>${paths.map(({ name, path, isPage }) => html`<li>${name}: ${isPage ? html`<a href="${path}">${path}</a>` : html`<code>${path}</code>`}</li>`)}</ul>`,
  );
}
