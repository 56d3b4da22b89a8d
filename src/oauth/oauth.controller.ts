import { Controller, Get, Inject, Query, Req, Res, UseFilters } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ownPath } from '../common/return-to.js';
import { wantsJson } from '../common/wants-json.js';
import { serverConfig } from '../config/areas/server.config.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { browserCookie, browserIn, newBrowserBinding } from './browser-cookie.js';
import { type CallbackOutcome, CallbackService } from './callback.service.js';
import { ConsentLinksService } from './consent-links.service.js';
import { type CallbackQuery, callbackParameters, flowOf, type SetupQuery, textOf } from './oauth-query.js';
import { OAuthPageFilter } from './oauth-page.filter.js';
import { OAuthStateService } from './oauth-state.service.js';
import { PAGE_HEADERS, successPage } from './oauth.pages.js';

const FOUND = 302;
const SEE_OTHER = 303;

/** Redirects browsers to Plane's consent page and handles their return. */
@Controller('oauth')
@UseFilters(OAuthPageFilter)
export class OAuthController {
  constructor(
    @Inject(serverConfig.KEY) private readonly config: ConfigType<typeof serverConfig>,
    private readonly states: OAuthStateService,
    private readonly plane: PlaneOAuthService,
    private readonly callbacks: CallbackService,
    private readonly links: ConsentLinksService,
  ) {}

  /** Starts a consent. */
  @Get('setup')
  async setup(@Query() query: SetupQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const flow = flowOf(query.flow);
    const wanted = textOf(query.return_to);
    const returnTo = wanted === undefined ? {} : { returnTo: ownPath(wanted, this.config.publicUrl) };
    const browser = newBrowserBinding();
    const subject = flow === 'user' ? await this.links.subjectOf(request) : undefined;
    const consent = { flow, ...returnTo, ...(subject !== undefined && { subject }) };
    const state = await this.states.create(consent, browser);
    const cookie = browserCookie(this.config.publicUrl, state);
    await reply
      .setCookie(cookie.name, browser, cookie.options)
      .header('cache-control', 'no-store')
      .redirect(this.plane.consentUrl(state), FOUND);
  }

  /** Finishes a consent, or an installation that was started in Plane. */
  @Get('callback')
  async callback(
    @Query() query: CallbackQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parameters = callbackParameters(query);
    const cookie = browserCookie(this.config.publicUrl, parameters.state ?? '');
    const outcome = await this.callbacks.finish(parameters, browserIn(request.cookies, cookie), request);
    if (wantsJson(request.headers.accept)) await reply.header('cache-control', 'no-store').send(answerOf(outcome));
    else if (outcome.returnTo === undefined) await reply.headers(PAGE_HEADERS).send(successPage(outcome));
    else await reply.redirect(new URL(outcome.returnTo, this.config.publicUrl).href, SEE_OTHER);
  }
}

function answerOf(outcome: CallbackOutcome): object {
  const returnTo = outcome.returnTo === undefined ? {} : { returnTo: outcome.returnTo };
  if (outcome.flow === 'user') return { status: 'linked', planeUserId: outcome.planeUserId, ...returnTo };
  const { id, installationId, workspaceId, workspaceSlug, workspaceName } = outcome.installation;
  const workspace = { id: workspaceId, slug: workspaceSlug, name: workspaceName };
  return { status: 'installed', installation: { id, installationId }, workspace, ...returnTo };
}
