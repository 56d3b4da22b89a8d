/** What an app author imports from `hangar`. The only barrel. */
export { type AgentOptions } from './agents/agent-options.js';
export {
  type AgentChoice,
  type AgentContext,
  type AgentMessage,
  type AgentPrompt,
  type AgentSession,
  type AgentSessionRun,
} from './agents/agent-session.js';
export { OnAgentPrompt } from './agents/on-agent-prompt.decorator.js';
export { type Duration } from './common/duration.js';
export { DomainError } from './common/domain-error.js';
export { type DomainErrorCode } from './common/domain-error-codes.js';
export { HangarModule } from './host/hangar.module.js';
export { type HangarModuleOptions } from './host/hangar-module-options.js';
export { type Installation } from './installations/installation.js';
export { type LifecycleEvent, type LifecycleEventName } from './lifecycle/lifecycle-event.js';
export { type HangarApp } from './server/hangar-app.js';
export { runHangar } from './server/run-hangar.js';
export { OnSchedule } from './tasks/on-schedule.decorator.js';
export { OnTask } from './tasks/on-task.decorator.js';
export {
  type ScheduleContext,
  type ScheduledRun,
  type ScheduleOptions,
  type Task,
  type TaskOptions,
} from './tasks/task.js';
export { Tasks } from './tasks/tasks.service.js';
export { PlaneError } from './plane/plane.error.js';
export { OnCommand, type CommandOptions } from './webhooks/commands/on-command.decorator.js';
export { type CommandArguments, type CommandValue, type PlaneCommand } from './webhooks/commands/plane-command.js';
export { Installations } from './webhooks/clients/installations.js';
export { PlaneClients, type PlaneClientOptions } from './webhooks/clients/plane-clients.service.js';
export { type EventPattern } from './webhooks/events/event-pattern.js';
export { type EventName } from './webhooks/events/event-table.js';
export {
  type AttachmentView,
  type CommentView,
  type CycleView,
  type LinkView,
  type ModuleStatus,
  type ModuleView,
  type PageView,
  type Priority,
  type ProjectView,
  type RelationType,
  type RelationView,
  type StateGroup,
  type WorkItemView,
} from './webhooks/events/entity-view.types.js';
export { type FieldChange, type WorkItemChanges } from './webhooks/events/field-changes.js';
export { type PlaneEvent } from './webhooks/events/plane-event.js';
export { type LifecycleContext } from './webhooks/discovery/handler-contexts.js';
export { OnLifecycleEvent } from './webhooks/discovery/on-lifecycle-event.decorator.js';
export { type HandlerLogger } from './webhooks/discovery/handler-logger.js';
export { type HandlerOptions } from './webhooks/discovery/handler-options.js';
export { type HandlerTasks, type ScheduledTask, type ScheduleTaskOptions } from './webhooks/discovery/handler-tasks.js';
export { DoNotRetry, RetryLater } from './webhooks/discovery/retry.errors.js';
export { OnPlaneEvent, type PlaneEventOptions } from './webhooks/discovery/on-plane-event.decorator.js';
export {
  type HandlerStore,
  type PlaneContext,
  type Reply,
  type ReplyTarget,
} from './webhooks/discovery/handler-contexts.js';
