/** What tests of an app import from `hangar/testing`. Needs no test framework. */
export { createTestApp, type TestAppOptions } from './app/create-test-app.js';
export { type TestDeadLetter } from './app/backend.js';
export { type TestRun } from './app/run-recorder.js';
export { type ActOptions, type Acted, type TestApp } from './app/test-app.js';
export { type PlaneFailure, type TestComment, type TestPlane, type TestWorkItem } from './app/test-plane.js';
export { type PlaneCall, type WebhookAnswer } from './app/wire.js';
export { eventOf } from './events/event-of.js';
export { type EventOverrides, type EventShape } from './events/event-overrides.js';
export { fakeContext, type FakeContext, type FakeContextOptions } from './fakes/fake-context.js';
export { FakeMemory, type FakeTask } from './fakes/fake-extras.js';
export { type FakeAnswers, type FakeCall } from './fakes/fake-plane.js';
export { type FakeActivity, fakeSession, type FakeSession, type FakeSessionOptions } from './fakes/fake-session.js';
