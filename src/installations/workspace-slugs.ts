import { type Installation } from './installation.js';

/** The slug of a workspace, by a connection. */
export type WorkspaceSlug = Pick<Installation, 'connectionId' | 'workspaceId' | 'workspaceSlug'>;

/** A workspace, by a connection. */
export type WorkspaceOfConnection = Pick<Installation, 'connectionId' | 'workspaceId'>;

/** The slugs of workspaces with an installation, by connection and workspace id. */
export class WorkspaceSlugs {
  private readonly slugs: ReadonlyMap<string, string>;

  constructor(installations: readonly WorkspaceSlug[]) {
    this.slugs = new Map(installations.map((each) => [keyOf(each), each.workspaceSlug]));
  }

  /** How many workspaces there are; one that came by two connections counts twice. */
  get size(): number {
    return this.slugs.size;
  }

  /** The slug; `undefined` where the workspace has no installation by this connection. */
  get(workspace: WorkspaceOfConnection): string | undefined {
    return this.slugs.get(keyOf(workspace));
  }

  /** Each slug once. */
  all(): string[] {
    return [...new Set(this.slugs.values())];
  }
}

function keyOf({ connectionId, workspaceId }: WorkspaceOfConnection): string {
  return `${connectionId}/${workspaceId}`;
}
