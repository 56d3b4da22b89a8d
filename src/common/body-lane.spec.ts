import { EventEmitter } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BodyLane, type BodyLaneLimits } from './body-lane.js';

const LIMITS: BodyLaneLimits = { bytes: 100, bytesPerSource: 60, reading: 10, waiting: 4, whenFull: 'pause' };
const SWEEPS = { normal: 20, whenFull: 10 };

const lanes: BodyLane[] = [];

afterEach(() => {
  for (const lane of lanes.splice(0)) lane.close();
});

function laneWith(changes: Partial<BodyLaneLimits> = {}): BodyLane {
  const lane = new BodyLane({ ...LIMITS, ...changes });
  lanes.push(lane);
  return lane;
}

/** Creates one whose result is not needed. */
const request = (...given: ConstructorParameters<typeof TestRequest>): TestRequest => new TestRequest(...given);

/** A request whose bytes arrive when the test says so. */
class TestRequest extends EventEmitter {
  paused = false;
  started = false;
  cut = false;
  private readonly response = new EventEmitter();

  constructor(lane: BodyLane, source: string, length = 1000) {
    super();
    const read = (): void => {
      this.started = true;
      this.resume();
    };
    lane.admit(this as unknown as IncomingMessage, this.response as unknown as ServerResponse, source, length, read);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  /** Nothing is buffered. */
  read(): null {
    return null;
  }

  destroy(): void {
    this.cut = true;
    this.answered();
  }

  sends(bytes: number): this {
    this.emit('data', Buffer.alloc(bytes));
    return this;
  }

  answered(): void {
    this.response.emit('close');
  }
}

function sweep(lane: BodyLane, times: number): void {
  for (let count = 0; count < times; count += 1) lane.sweep();
}

it('a declared length takes no room', () => {
  const lane = laneWith({ bytesPerSource: 100 });
  for (let count = 0; count < 5; count += 1) request(lane, 'a', 1_000_000);
  expect(new TestRequest(lane, 'a')).toMatchObject({ started: true, paused: false });
});

it('one source does not occupy the share of the others', () => {
  const lane = laneWith();
  const [, second] = [new TestRequest(lane, 'a'), new TestRequest(lane, 'a').sends(60)];
  expect(second.paused).toBe(true);
  expect(new TestRequest(lane, 'a').started).toBe(false);
  expect(new TestRequest(lane, 'b').sends(30)).toMatchObject({ started: true, paused: false });
});

it('the oldest body makes progress although the lane is full', () => {
  const lane = laneWith({ bytesPerSource: 100 });
  const [first, second] = [new TestRequest(lane, 'a', 150), new TestRequest(lane, 'a', 150)];
  second.sends(70);
  first.sends(70);
  expect([first.paused, second.paused]).toEqual([false, false]);
  second.sends(1);
  expect([first.paused, second.paused]).toEqual([false, true]);
  first.sends(80);
  expect(second.paused).toBe(true);
  first.answered();
  expect(second.paused).toBe(false);
});

it('complete bodies that fill the lane stop even the oldest one, until they are answered', () => {
  const lane = laneWith({ bytesPerSource: 100 });
  const complete = new TestRequest(lane, 'a', 100).sends(100);
  const next = new TestRequest(lane, 'b');
  expect(next.started).toBe(false);
  complete.answered();
  expect(next.started).toBe(true);
});

it('only as many bodies are resumed at once as there is room for what they declare', () => {
  const lane = laneWith({ bytes: 200_000, bytesPerSource: 200_000, waiting: 20 });
  const complete = [120_000, 79_999, 1].map((bytes) => new TestRequest(lane, 'a', bytes).sends(bytes));
  const waiting = [50_000, Number.NaN, 30_000, 30_000].map((length) => new TestRequest(lane, 'b', length));
  const started = (): boolean[] => waiting.map((each) => each.started);
  expect(started()).toEqual([false, false, false, false]);
  complete[2]?.answered();
  expect(started()).toEqual([true, false, false, false]);
  waiting[0]?.sends(50_000);
  expect(started()).toEqual([true, false, false, false]);
  complete[0]?.answered();
  expect(started()).toEqual([true, true, true, false]);
  waiting[0]?.answered();
  expect(started()).toEqual([true, true, true, true]);
});

it('a resumed body that brings less than it declares does not keep the others waiting', () => {
  const lane = laneWith();
  request(lane, 'b');
  const complete = new TestRequest(lane, 'a', 60).sends(60);
  const [slow, next] = [new TestRequest(lane, 'a', 60), new TestRequest(lane, 'a', 60)];
  complete.answered();
  expect([slow.started, next.started]).toEqual([true, false]);
  sweep(lane, 1);
  expect(next.started).toBe(true);
});

it('a disconnected client releases its bytes', () => {
  const lane = laneWith();
  request(lane, 'b');
  const gone = new TestRequest(lane, 'a').sends(60);
  const waiting = new TestRequest(lane, 'a');
  expect(waiting.started).toBe(false);
  gone.answered();
  expect(waiting.started).toBe(true);
});

it('a body without progress is cut off', () => {
  const lane = laneWith();
  const idle = new TestRequest(lane, 'a').sends(1);
  sweep(lane, SWEEPS.normal - 1);
  expect(idle.cut).toBe(false);
  sweep(lane, 1);
  expect(idle.cut).toBe(true);
});

it('a body that trickles is cut off, one that flows is not', () => {
  const lane = laneWith({ bytes: 1e9, bytesPerSource: 1e9 });
  const [slow, fast] = [new TestRequest(lane, 'a', 1e6), new TestRequest(lane, 'a', 1e6)];
  for (let count = 0; count < SWEEPS.normal; count += 1) {
    slow.sends(1);
    fast.sends(10_000);
    lane.sweep();
  }
  expect([slow.cut, fast.cut]).toEqual([true, false]);
});

it('a source has half of the places to wait', () => {
  const lane = laneWith({ reading: 1 });
  request(lane, 'a');
  const [first, second, third] = ['a', 'a', 'a'].map((source) => new TestRequest(lane, source));
  expect([first?.cut, second?.cut, third?.cut]).toEqual([false, false, true]);
  expect(new TestRequest(lane, 'b').cut).toBe(false);
});

it('where it is said so, the body that is incomplete for longest is cut off for new bytes', () => {
  const lane = laneWith({ whenFull: 'cut' });
  const [oldest, complete] = [new TestRequest(lane, 'a').sends(20), new TestRequest(lane, 'a', 20).sends(20)];
  const newest = new TestRequest(lane, 'a').sends(20);
  expect([oldest.cut, complete.cut, newest.cut, newest.paused]).toEqual([true, false, false, false]);
});

it('while others wait, a source has a quarter of the places that read', () => {
  const lane = laneWith({ reading: 16, waiting: 100 });
  const [first, ...more] = Array.from({ length: 20 }, () => new TestRequest(lane, 'a'));
  expect(more.filter(({ started }) => started)).toHaveLength(15);
  const others = Array.from({ length: 14 }, (_, index) => new TestRequest(lane, `b${index}`));
  expect(others.filter(({ started }) => started)).toHaveLength(12);
  expect(more.filter(({ started, paused }) => started && !paused)).toHaveLength(3);
  first?.answered();
  expect(more.filter(({ started, paused }) => started && !paused)).toHaveLength(4);
  others[0]?.answered();
  expect(others.filter(({ started }) => started)).toHaveLength(13);
  expect([...more, ...others].filter(({ cut }) => cut)).toEqual([]);
});

describe('the slowest body is cut off', () => {
  const READ = { bytes: 1e9, bytesPerSource: 1e9 };

  it('where all places are taken and one waits, after a second', () => {
    const lane = laneWith({ ...READ, reading: 2 });
    const [slow, slower] = [new TestRequest(lane, 'a', 1e6), new TestRequest(lane, 'a', 1e6)];
    const progress = (): void => {
      slow.sends(20_000);
      slower.sends(10_000);
      lane.sweep();
    };
    for (let count = 0; count < 10; count += 1) progress();
    expect([slow.cut, slower.cut]).toEqual([false, false]);
    const next = new TestRequest(lane, 'a');
    progress();
    expect([slow.cut, slower.cut, next.started]).toEqual([false, true, true]);
  });

  it('where they have filled the room and one waits', () => {
    const lane = laneWith({ bytes: 1e6, bytesPerSource: 1e6 });
    const silent = new TestRequest(lane, 'a', 2e6).sends(1e6);
    const next = new TestRequest(lane, 'b');
    sweep(lane, 2);
    expect([silent.cut, next.started]).toEqual([false, false]);
    sweep(lane, 1);
    expect([silent.cut, next.started]).toEqual([true, true]);
  });

  it('but not where each brings enough, or has been read for less than a second', () => {
    const lane = laneWith({ ...READ, reading: 8 });
    const bodies = Array.from({ length: 8 }, () => new TestRequest(lane, 'a', 1e9));
    request(lane, 'a');
    for (let count = 0; count < 50; count += 1) {
      for (const body of bodies) body.sends(33_000);
      lane.sweep();
    }
    expect(bodies.filter(({ cut }) => cut)).toEqual([]);
  });

  it('nor while complete ones are handled: this process may be what is slow', () => {
    const lane = laneWith({ ...READ, reading: 1 });
    const complete = new TestRequest(lane, 'a', 10).sends(10);
    const [slow, next] = [new TestRequest(lane, 'a'), new TestRequest(lane, 'a')];
    sweep(lane, 10);
    complete.answered();
    expect([slow.cut, next.started]).toEqual([false, false]);
    sweep(lane, 3);
    expect([slow.cut, next.started]).toEqual([true, true]);
  });

  it('nor while bodies of another source wait for the room of that source alone', () => {
    const lane = laneWith();
    const idle = new TestRequest(lane, 'b');
    expect([new TestRequest(lane, 'a').sends(60).paused, new TestRequest(lane, 'a').started]).toEqual([true, false]);
    sweep(lane, SWEEPS.normal - 1);
    expect(idle.cut).toBe(false);
  });
});

describe('a body that comes in pieces of a few bytes', () => {
  it('is cut off, also where it is alone', () => {
    const lane = laneWith({ bytes: 1e6, bytesPerSource: 1e6 });
    const body = new TestRequest(lane, 'a', 1e6);
    for (let piece = 0; piece < 513; piece += 1) body.sends(1);
    expect(body.cut).toBe(true);
  });

  it('takes the memory of its pieces in the lane', () => {
    const lane = laneWith({ bytes: 20_000, bytesPerSource: 20_000, whenFull: 'cut' });
    const [first, second] = [new TestRequest(lane, 'a', 1e6), new TestRequest(lane, 'a', 1e6)];
    for (let piece = 0; piece < 60; piece += 1) second.sends(1);
    expect([first.cut, second.cut]).toEqual([true, false]);
  });

  it('is read to its end where its pieces are those of TCP', () => {
    const lane = laneWith({ bytes: 1e7, bytesPerSource: 1e7 });
    const body = new TestRequest(lane, 'a', 5e6);
    for (let piece = 0; piece < 3000; piece += 1) body.sends(1400);
    expect(body.cut).toBe(false);
  });
});
