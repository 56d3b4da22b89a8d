import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { operatorsConfig } from '../config/areas/operators.config.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { serverConfig } from '../config/areas/server.config.js';
import { ConsentNeededError, setupPath } from '../tokens/tokens.errors.js';
import { TokensService } from '../tokens/tokens.service.js';
import { RetryLater } from '../webhooks/discovery/retry.errors.js';
import { ActivitySender } from './activity-sender.service.js';
import { AgentActivitiesRepository, type NewActivity } from './agent-activities.repository.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { isRejected, retrySecondsOf } from './send-failure.js';

const QUESTION = 'I need your permission to act as you in Plane. I continue once you have given it.';

/** The person is known by the subject at the identity provider alone: that is no text for a comment. */
const LINK_QUESTION =
  'I need the permission of the person for whom I work here to act as them in Plane. If that is you, sign in and permit it. ' +
  'I continue after that.';

/** Asks users for consent, in their run. */
@Injectable()
export class AuthorizationsService {
  private readonly logger = new Logger(AuthorizationsService.name);

  constructor(
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    private readonly connections: PlaneConnections,
    private readonly tokens: TokensService,
    private readonly activities: AgentActivitiesRepository,
    private readonly sender: ActivitySender,
  ) {}

  /** @throws {ConsentNeededError} the user has not consented to the app of the run's connection */
  async require({ run: { connectionId } }: AgentTurnEntity, planeUserId: string): Promise<void> {
    if (await this.tokens.hasConsented(planeUserId, connectionId)) return;
    const { baseUrl } = this.connections.find(connectionId) ?? this.connections.default;
    throw new ConsentNeededError({ kind: 'user', connectionId, baseUrl, planeUserId });
  }

  /** Posts the request for a consent, once a turn and user. The turn stays open. @throws {RetryLater} Plane does not take it now */
  async request(turn: AgentTurnEntity, planeUserId: string): Promise<void> {
    await this.ask(turn, questionOf(QUESTION, this.linkFor(turn, planeUserId)));
  }

  /**
   * The same for a person of the identity provider who has not linked a Plane user, once a turn: the link is
   * for the one who signs in. Throws as {@link request}.
   */
  async requestLink(turn: AgentTurnEntity): Promise<void> {
    await this.ask(turn, questionOf(LINK_QUESTION, this.linkFor(turn)));
  }

  private async ask(turn: AgentTurnEntity, question: NewActivity): Promise<void> {
    const asked = await this.activities.ofTurn(turn.id);
    const isAsked = asked.some(
      ({ type, content, signalMetadata, status }) =>
        type === 'elicitation' &&
        status === 'sent' &&
        bodyOf(content) === bodyOf(question.content) &&
        signalMetadata?.['url'] === question.signalMetadata?.['url'],
    );
    const activity = isAsked ? undefined : await this.activities.add(turn.id, undefined, question);
    if (!activity) return;
    try {
      const result = await this.sender.send(turn, activity, { priority: 'interactive' });
      if (!result.sent)
        throw new RetryLater(retrySecondsOf(result.error), 'the request for a consent is not posted yet');
    } catch (error) {
      if (!isRejected(error)) throw error;
      this.logger.warn({ msg: 'Plane rejects the request for a consent', turn: turn.id, err: error });
    }
  }

  /** Where an identity provider is configured, the person signs in first, and the Plane user is linked to them. */
  private linkFor({ id: request, run: { connectionId } }: AgentTurnEntity, planeUserId?: string): string {
    const user = { ...(planeUserId !== undefined && { user: planeUserId }) };
    const setup = `${setupPath(connectionId)}?${new URLSearchParams({ flow: 'user', request, ...user }).toString()}`;
    const signIn = `/console/sign-in?${new URLSearchParams({ return_to: setup }).toString()}`;
    const path = this.operators.oidcIssuer === undefined ? setup : signIn;
    return `${this.server.publicUrl.replace(/\/$/, '')}${path}`;
  }
}

function bodyOf(content: NewActivity['content']): string | undefined {
  return 'body' in content ? content.body : undefined;
}

/** Plane takes https addresses alone: another one, as in development, is part of the text. */
function questionOf(text: string, url: string): NewActivity {
  const isHttps = url.startsWith('https:');
  const body = isHttps ? text : `${text}\n\n${url}`;
  const content = { type: 'elicitation', body } as const;
  const request = { signal: 'auth_request', signalMetadata: { url } } as const;
  return { type: 'elicitation', content, closes: false, ...(isHttps && request) };
}
