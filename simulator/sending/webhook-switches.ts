/** The events that a webhook of the community edition can be chosen for. */
export const TOGGLES = ['project', 'cycle', 'module', 'issue', 'issue_comment'] as const;

/** Whether the app's webhook is enabled in each workspace, and how many events were dropped while it was not. */
export class WebhookSwitches {
  readonly #disabled = new Set<string>();
  readonly #chosen = new Map<string, ReadonlySet<string>>();
  readonly #dropped = new Map<string, number>();

  /** Chooses the events of a webhook; before, it has all. */
  choose(workspaceId: string, toggles: readonly string[]): void {
    this.#chosen.set(workspaceId, new Set(toggles));
  }

  /** Whether the webhook is sent such an event; the intake is part of `issue`. */
  isChosen(workspaceId: string, event: string): boolean {
    return this.#chosen.get(workspaceId)?.has(event === 'intake_issue' ? 'issue' : event) ?? true;
  }

  isDisabled(workspaceId: string): boolean {
    return this.#disabled.has(workspaceId);
  }

  set(workspaceId: string, enabled: boolean): void {
    if (enabled) this.#disabled.delete(workspaceId);
    else this.#disabled.add(workspaceId);
  }

  countDropped(workspaceId: string): void {
    this.#dropped.set(workspaceId, this.dropped(workspaceId) + 1);
  }

  dropped(workspaceId: string): number {
    return this.#dropped.get(workspaceId) ?? 0;
  }
}
