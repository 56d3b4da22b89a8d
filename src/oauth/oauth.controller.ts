import { Controller, Get, Inject, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { wantsJson } from '../common/wants-json.js';
import { serverConfig } from '../config/areas/server.config.js';
import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { type CallbackOutcome, CallbackService } from './callback.service.js';
import { CallbackThrottle } from './callback-throttle.js';
import { ConsentConnectionsService } from './consent-connections.service.js';
import { ConsentLinksService } from './consent-links.service.js';
import {
  type CallbackQuery,
  callbackParameters,
  codeOf,
  connectionIn,
  flowOf,
  requestOf,
  returnPathOf,
  type SetupQuery,
} from './oauth-query.js';
import { OAuthPageFilter } from './oauth-page.filter.js';
import { OAuthStateService } from './oauth-state.service.js';
import { SeenCodesService } from './seen-codes.service.js';
import { STATE_REASONS } from './oauth.errors.js';
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
    private readonly codes: SeenCodesService,
    private readonly throttle: CallbackThrottle,
    private readonly links: ConsentLinksService,
    private readonly consents: ConsentConnectionsService,
  ) {}

  /** Starts a consent. */
  @Get(['setup', 'setup/:connection'])
  async setup(
    @Query() query: SetupQuery,
    @Param('connection') path: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const connection = this.consents.requireConnection(path ?? connectionIn(query));
    const flow = flowOf(query.flow);
    const returnTo = returnPathOf(query.return_to, this.config.publicUrl);
    const subject = flow === 'user' ? await this.links.subjectOf(request) : undefined;
    const requestId = flow === 'user' ? requestOf(query) : undefined;
    const consent = {
      flow,
      ...(connection.id !== DEFAULT_CONNECTION && { connection: connection.id }),
      ...(returnTo !== undefined && { returnTo }),
      ...(subject !== undefined && { subject }),
      ...(requestId !== undefined && { request: requestId }),
    };
    const state = await this.states.create(consent, request, reply);
    await reply.header('cache-control', 'no-store').redirect(this.plane.consentUrl(state, connection), FOUND);
  }

  /** Finishes a consent, or an installation that was started in Plane. */
  @Get(['callback', 'callback/:connection'])
  async callback(
    @Query() query: CallbackQuery,
    @Param('connection') path: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (path !== undefined || !this.consents.severalPossible) this.consents.requireConnection(path);
    const isCodeNew = await this.remember(query, request);
    this.throttle.acquireCallback(request.ip);
    const parameters = callbackParameters(query);
    const outcome = await this.callbacks.finish({ parameters, isCodeNew, request, connection: path });
    if (wantsJson(request.headers.accept)) await reply.header('cache-control', 'no-store').send(answerOf(outcome));
    else if (outcome.returnTo === undefined) await reply.headers(PAGE_HEADERS).send(successPage(outcome));
    else await reply.redirect(new URL(outcome.returnTo, this.config.publicUrl).href, SEE_OTHER);
  }

  /** Before anything can fail, a limit too. Resolves with false where the code came before. */
  private async remember(query: CallbackQuery, request: FastifyRequest): Promise<boolean> {
    const code = codeOf(query);
    if (code === undefined) return true;
    const state = typeof query.state === 'string' ? query.state : '';
    const isOwn = await this.states.isOwn(state, request);
    return this.codes.remember(code, { state, isOwn, address: request.ip });
  }
}

function answerOf(outcome: CallbackOutcome): object {
  const returnTo = outcome.returnTo === undefined ? {} : { returnTo: outcome.returnTo };
  if (outcome.flow === 'user') return { status: 'linked', planeUserId: outcome.planeUserId, ...returnTo };
  const { id, installationId, workspaceId, workspaceSlug, workspaceName } = outcome.installation;
  const workspace = { id: workspaceId, slug: workspaceSlug, name: workspaceName };
  const { stateReason: reason } = outcome;
  const notice = reason && { notice: { type: `urn:hangar:oauth_state_${reason}`, detail: STATE_REASONS[reason] } };
  return { status: 'installed', installation: { id, installationId }, workspace, ...returnTo, ...notice };
}
