import { Injectable } from '@nestjs/common';

/** What ends a turn's method from outside. */
export interface TurnSignals {
  /** The user has stopped the turn: the method may say a last word. */
  readonly stop: AbortSignal;
  /** The turn was ended without the method: its result does not count any more. */
  readonly givenUp: AbortSignal;
}

/** A call of a turn's method. */
export interface RunningCall {
  readonly turnId: string;
  readonly start: number;
}

interface RunningTurn {
  readonly start: number;
  readonly stop: AbortController;
  readonly givenUp: AbortController;
}

/** The turns whose method runs in this process. */
@Injectable()
export class RunningTurns {
  private readonly turns = new Map<string, RunningTurn>();

  /** The turns, each with the number of its call. */
  all(): RunningCall[] {
    return [...this.turns].map(([turnId, { start }]) => ({ turnId, start }));
  }

  /** Begins a call of a turn's method. The signals are aborted by {@link stop} and {@link giveUp}. */
  begin(turnId: string, start: number): TurnSignals {
    const controllers = { start, stop: new AbortController(), givenUp: new AbortController() };
    this.turns.set(turnId, controllers);
    return { stop: controllers.stop.signal, givenUp: controllers.givenUp.signal };
  }

  /** The turn's method has ended. An earlier call that ignored its time-out may end after a later one has started. */
  end(turnId: string, { stop }: TurnSignals): void {
    if (this.turns.get(turnId)?.stop.signal === stop) this.turns.delete(turnId);
  }

  /** Aborts the signal of a turn's session. False where its method does not run here. */
  stop(turnId: string): boolean {
    const turn = this.turns.get(turnId);
    turn?.stop.abort(new DOMException('the user has stopped the run', 'AbortError'));
    return turn !== undefined;
  }

  /** Waits no longer for the method of a turn that was ended without it. @param why what the method's calls throw from now on */
  giveUp(turnId: string, why: Error): void {
    this.turns.get(turnId)?.givenUp.abort(why);
  }
}
