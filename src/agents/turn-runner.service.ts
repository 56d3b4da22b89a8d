import { addAbortListener } from 'node:events';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { serializeError } from '../common/serialize-error.js';
import { ConsentNeededError } from '../tokens/tokens.errors.js';
import { storable } from '../webhooks/deliveries/delivery-row.js';
import { RetryLater } from '../webhooks/discovery/retry.errors.js';
import { PlaneContextFactory } from '../webhooks/dispatch/plane-context.factory.js';
import { LinkNeededError } from '../webhooks/clients/user.errors.js';
import { type PlaneEvent } from '../webhooks/events/plane-event.js';
import { AcknowledgementService } from './acknowledgement.service.js';
import { ActivitySender } from './activity-sender.service.js';
import { AgentActivitiesRepository } from './agent-activities.repository.js';
import { AgentHistoryService } from './agent-history.service.js';
import { type AgentContext } from './agent-session.js';
import { type Agent, AgentRegistry } from './agent.registry.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { AuthorizationsService } from './authorizations.service.js';
import { RunningTurns, type TurnSignals } from './running-turns.js';
import { SavedStatesService } from './saved-states.service.js';
import { isRejected, retrySecondsOf } from './send-failure.js';
import { type SessionServices, TurnSession } from './turn-session.js';

/** A method that ends without an answer: the run must not wait for one. */
const NO_ANSWER = 'Done.';

/** Runs the agent's method on the turn of a prompt. */
@Injectable()
export class TurnRunner implements OnModuleInit {
  private readonly logger = new Logger(TurnRunner.name);
  private readonly services: SessionServices;

  constructor(
    private readonly agents: AgentRegistry,
    private readonly turns: AgentTurnsRepository,
    private readonly activities: AgentActivitiesRepository,
    private readonly sender: ActivitySender,
    private readonly states: SavedStatesService,
    private readonly running: RunningTurns,
    private readonly authorizations: AuthorizationsService,
    private readonly contexts: PlaneContextFactory,
    acknowledgements: AcknowledgementService,
    history: AgentHistoryService,
  ) {
    this.services = { turns, activities, acknowledgements, sender, states, history, authorizations };
  }

  onModuleInit(): void {
    this.agents.runWith((agent, event, context) => this.run(agent, event, context));
  }

  /**
   * A turn that is closed, or has an answer that is only to be posted, is not run again.
   *
   * @throws {RetryLater} where Plane does not take the answer by now; what the method throws
   */
  async run(agent: Agent, event: PlaneEvent, context: AgentContext): Promise<void> {
    const turn = await this.turnOf(event, context);
    if (!turn) return context.logger.info('no turn of the agent: a stop, or its run is past its retention');
    const start = turn.state === 'closed' ? undefined : await this.turns.begin(turn.id, context.delivery.attempt);
    if (start === undefined) return context.logger.info('the turn is closed', { outcome: turn.outcome });
    if (await this.postAnswer(turn, start)) return;
    await this.activities.dropProgress(turn.id);
    const signals = this.running.begin(turn.id, start);
    if (turn.stopRequestedAt) {
      this.running.stop(turn.id);
      await this.activities.addAcknowledgement(turn.id, '', 'dropped'); // the answer need not wait for one
    }
    try {
      await this.call(agent, turn, context, { ...signals, start });
    } finally {
      this.running.end(turn.id, signals);
    }
  }

  private async turnOf(
    { workspaceId, agentRun, prompt }: PlaneEvent,
    { delivery, installation: { connectionId } }: AgentContext,
  ): Promise<AgentTurnEntity | undefined> {
    if (!prompt || !agentRun) return this.turns.ofDelivery(delivery.id);
    const run = { connectionId, workspaceId: storable(workspaceId), runId: storable(agentRun.id) };
    return this.turns.ofPrompt(run, storable(prompt.id));
  }

  private async call(
    agent: Agent,
    turn: AgentTurnEntity,
    context: AgentContext,
    { start, stop, givenUp }: TurnSignals & { readonly start: number },
  ): Promise<void> {
    const { attempt } = context.delivery;
    const state = await this.states.open(turn);
    const ended = AbortSignal.any([context.signal, givenUp]);
    this.contexts.interruptBy(context, AbortSignal.any([stop, givenUp]));
    const session = new TurnSession(this.services, { turn, start, attempt, state, stop, ended });
    try {
      const text = stop.aborted ? undefined : await untilGivenUp(agent.call(session as never, context), givenUp);
      await this.finish(agent, session, context, text ?? undefined);
    } catch (error) {
      await session.end();
      if (givenUp.aborted) return context.logger.info('the turn was ended without the method');
      if (context.signal.aborted || !stop.aborted || session.closedBy !== undefined)
        return this.leave(turn, start, error);
      await unlessClosed(session.respond(agent.options.onStop)); // it was stopped: that is no failure
    }
    await session.end();
    if (session.closedBy === undefined && session.rejection !== undefined)
      return this.leave(turn, start, session.rejection); // the method did not wait for the answer
    if (session.unsent !== undefined) await this.postLater(turn, start, session.unsent);
  }

  /** The answer is stored; only its posting is tried again. */
  private async postLater(turn: AgentTurnEntity, start: number, error: unknown): Promise<never> {
    const later = laterFor(error);
    await this.turns.end(turn.id, start, 'waiting', later.message);
    throw later;
  }

  /** Leaves the turn to a later call. */
  private async leave(turn: AgentTurnEntity, start: number, error: unknown): Promise<never> {
    const isParked = error instanceof ConsentNeededError || error instanceof LinkNeededError;
    const { message } = serializeError(error);
    await this.turns.end(turn.id, start, isParked ? 'parked' : 'waiting', message);
    if (error instanceof ConsentNeededError && error.planeUserId !== '')
      await this.authorizations.request(turn, error.planeUserId);
    if (error instanceof LinkNeededError) await this.authorizations.requestLink(turn);
    throw error;
  }

  /** Ends the turn where the method has not. */
  private async finish(
    { options }: Agent,
    session: TurnSession,
    { logger }: AgentContext,
    text: string | undefined,
  ): Promise<void> {
    const { closedBy } = session;
    if (closedBy === undefined) {
      if (text === undefined && !session.stopped) logger.warn('the method ended without an answer');
      const answer = session.respond(text ?? (session.stopped ? options.onStop : NO_ANSWER));
      await (session.stopped ? unlessClosed(answer) : answer);
    } else if (text !== undefined)
      logger.error(`the text that the method returned was not posted: session.${closedBy} had ended the turn`);
  }

  /** Posts the answer of an earlier call that ended before Plane had it. */
  private async postAnswer(turn: AgentTurnEntity, start: number): Promise<boolean> {
    const answer = await this.activities.closingOf(turn.id);
    if (!answer) return false;
    try {
      const result = await this.sender.send(turn, answer, { priority: 'interactive', mayBeSent: true });
      if (!result.sent) await this.postLater(turn, start, result.error);
      return true;
    } catch (error) {
      if (!isRejected(error)) throw error;
      this.logger.warn({ msg: 'Plane rejects the answer; the method runs again', turn: turn.id, err: error });
      return false;
    }
  }
}

/** @throws the signal's reason when it is aborted; what the method throws */
async function untilGivenUp<T>(work: T | Promise<T>, givenUp: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const listener = addAbortListener(givenUp, () => reject(givenUp.reason as Error));
  try {
    return await Promise.race([work, promise]);
  } finally {
    listener[Symbol.dispose]();
  }
}

/** The stop may have been answered meanwhile, as the method's time for a last word was over. */
async function unlessClosed(answer: Promise<void>): Promise<void> {
  await answer.catch((error: unknown) => {
    if (!(error instanceof DomainError) || error.code !== 'agent_turn_closed') throw error;
  });
}

/** The answer is stored: only the posting of it is tried again, which uses up no attempt. */
function laterFor(error: unknown): RetryLater {
  return new RetryLater(retrySecondsOf(error), `the answer is not posted yet: ${serializeError(error).message}`);
}
