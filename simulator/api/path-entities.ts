import { type FastifyRequest } from 'fastify';
import { DomainError } from '../../src/common/domain-error.js';
import { recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { type Place } from '../world/record.types.js';
import { notFound } from '../world/world.error.js';
import { type AgentRun, type Project, type User, type WorkItem, type Workspace } from '../world/world.types.js';
import { callerOf } from './api-access.js';

/** A parameter of the path. */
export function parameter(request: FastifyRequest, name: string): string {
  return textField(recordOf(request.params), name);
}

function forbidden(): DomainError {
  const detail = 'The token is not valid for this workspace, or the app is no longer installed there.';
  return new DomainError({ code: 'forbidden', title: 'Forbidden', detail, status: 403 });
}

/** The user of the token. */
export function callingUser({ world }: SimulatorContext, request: FastifyRequest): User {
  return world.user(callerOf(request).userId);
}

/**
 * The path's workspace.
 *
 * @throws 404 where it does not exist (the community edition: 403), 403 where the token is a bot's of another workspace
 */
export function pathWorkspace({ world, release }: SimulatorContext, request: FastifyRequest): Workspace {
  const slug = parameter(request, 'slug');
  if (release && !world.workspaces.some((each) => each.slug === slug)) throw forbidden();
  const workspace = world.workspace(slug);
  const caller = callerOf(request);
  if (caller.kind === 'user') return workspace;
  if (caller.workspaceId !== workspace.id || !world.activeInstallation(workspace.id)) throw forbidden();
  return workspace;
}

/** The path's project, in the path's workspace. @throws 404 where it does not exist, in the community edition 403 */
export function pathProject(context: SimulatorContext, request: FastifyRequest): Project {
  const workspace = pathWorkspace(context, request);
  const id = parameter(request, 'project');
  const isThere = context.world.projects.some((each) => each.id === id && each.workspaceId === workspace.id);
  if (context.release && !isThere) throw forbidden();
  return context.world.project(workspace.id, id);
}

/** The path's work item, in the path's project. */
export function pathWorkItem(context: SimulatorContext, request: FastifyRequest): WorkItem {
  const project = pathProject(context, request);
  const item = context.world.workItem(parameter(request, 'item'));
  if (item.projectId !== project.id) throw notFound('work item', item.id);
  return item;
}

const OWN_PARAMETERS = new Set(['slug', 'project', 'item', 'id']);

/** What the path's records belong to: each parameter but `:id` is the id of an entity that exists. */
export function placeOf(context: SimulatorContext, request: FastifyRequest): Place {
  const parameters = recordOf(request.params);
  const workspace = pathWorkspace(context, request).id;
  const place: Record<string, string> = { workspace };
  if ('project' in parameters) place.project = pathProject(context, request).id;
  if ('item' in parameters) place.item = pathWorkItem(context, request).id;
  for (const kind of Object.keys(parameters).filter((name) => !OWN_PARAMETERS.has(name)))
    place[kind] = context.world.records.find(kind, { workspace }, parameter(request, kind)).id;
  return place;
}

/** The path's run, in the path's workspace. */
export function pathRun(context: SimulatorContext, request: FastifyRequest): AgentRun {
  const workspace = pathWorkspace(context, request);
  const run = context.world.run(parameter(request, 'run'));
  if (run.workspaceId !== workspace.id) throw notFound('run', run.id);
  return context.runs.current(run);
}
