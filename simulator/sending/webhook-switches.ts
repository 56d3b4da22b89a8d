/** Whether the app's webhook is enabled in each workspace, and how many events were dropped while it was not. */
export class WebhookSwitches {
  readonly #disabled = new Set<string>();
  readonly #dropped = new Map<string, number>();

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
