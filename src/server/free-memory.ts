import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type FastifyInstance } from 'fastify';
import { declaredLength, hasBody } from '../common/request-body.js';

const CHECK_MS = 100;
/** What Node reads of a body at once, before it is known whether the request is rejected. */
const FIRST_READ_BYTES = 65_536;
/** Bytes of bodies after which those of ended requests are freed, where they are young, and where they are old. */
const YOUNG_BYTES = 6_000_000;
const OLD_BYTES = 12_000_000;
/** A full collection takes about 50 ms. */
const OLD_MS = 250;

let exposed: NodeJS.GCFunction | undefined;

/**
 * Releases memory that only the start needed, a fifth of the process: loading the code makes V8's young generation grow
 * to its maximum, and only this kind of garbage collection shrinks it. Takes about a tenth of a second.
 */
export function freeStartMemory(): void {
  collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/**
 * Frees the bodies of ended requests early: they are outside of V8's heap, and V8 would let 64 MB of them accumulate, more
 * in one turn of the event loop.
 */
export function freeBodyMemory(server: FastifyInstance): void {
  const memory = new BodyMemory();
  const checking = setInterval(() => memory.check(), CHECK_MS).unref();
  server.addHook('onClose', async () => clearInterval(checking));
  server.addHook('onRequest', (request, _reply, done) => {
    if (hasBody(request.raw)) memory.count(declaredLength(request.raw) || FIRST_READ_BYTES);
    done();
  });
}

class BodyMemory {
  private counted = 0;
  /** What was left after the last collection, and after the last full one. */
  private left = process.memoryUsage().arrayBuffers;
  private leftByFull = this.left;
  private collectedAt = 0;

  /** Counts a body by its first read. */
  count(bytes: number): void {
    this.counted += Math.min(bytes, FIRST_READ_BYTES);
    if (this.counted >= YOUNG_BYTES) this.freeYoung();
  }

  /** Called by a timer. */
  check(): void {
    if (process.memoryUsage().arrayBuffers - this.left > YOUNG_BYTES) this.freeYoung();
    this.leftByFull = Math.min(this.leftByFull, this.left);
    if (this.left - this.leftByFull < OLD_BYTES || performance.now() - this.collectedAt < OLD_MS) return;
    collectGarbage({ type: 'major', execution: 'sync' });
    this.left = process.memoryUsage().arrayBuffers;
    this.leftByFull = this.left;
    this.collectedAt = performance.now();
  }

  private freeYoung(): void {
    this.counted = 0;
    collectGarbage({ type: 'minor', execution: 'sync' });
    this.left = process.memoryUsage().arrayBuffers;
  }
}

function collectGarbage(options: NodeJS.GCOptions): void {
  exposed ??= exposeGarbageCollection();
  exposed(options);
}

function exposeGarbageCollection(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
