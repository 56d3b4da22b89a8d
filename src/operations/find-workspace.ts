import { type Installation } from '../installations/installation.js';

/** The installation of a workspace by id or slug. An id wins over a slug, a live installation over an uninstalled one. */
export function findWorkspace(all: readonly Installation[], idOrSlug: string): Installation | undefined {
  const liveFirst = [...all].sort((a, b) => Number(isLive(b)) - Number(isLive(a)));
  return (
    liveFirst.find(({ workspaceId }) => workspaceId === idOrSlug) ??
    liveFirst.find(({ workspaceSlug }) => workspaceSlug === idOrSlug)
  );
}

function isLive({ status }: Installation): boolean {
  return status === 'installed';
}
