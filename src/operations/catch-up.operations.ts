import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { type CatchUpGap, type CatchUpRun } from '../catch-up/catch-up-run.js';
import { catchUpSinceInvalid } from '../catch-up/catch-up.errors.js';
import { type CatchUpOverview, CatchUpService } from '../catch-up/catch-up.service.js';
import { secondsOf } from '../common/duration.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService } from '../installations/installations.service.js';
import { unknownWorkspace } from '../webhooks/workspace-secrets/workspace-secret.errors.js';

/** An installation, and what is known of its catch-ups. */
export interface InstallationCatchUps extends CatchUpOverview {
  readonly installation: Installation;
  /** What could not be recovered, the newest first. */
  readonly gaps: readonly CatchUpGap[];
}

/** Catch-ups of installations: starting one, which is audited, and their results. */
@Injectable()
export class CatchUpOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly installations: InstallationsService,
    private readonly catchUps: CatchUpService,
  ) {}

  /** @param workspace its slug or id @throws {DomainError} `workspace_unknown` where the app is not installed there */
  async installationOf(workspace: string): Promise<Installation> {
    const installation = await this.installations.findBySlugOrId(workspace);
    if (installation?.status !== 'installed') throw unknownWorkspace(workspace);
    return installation;
  }

  /** @param limit of what could not be recovered */
  async show(installation: Installation, limit?: number): Promise<InstallationCatchUps> {
    const [overview, gaps] = await Promise.all([
      this.catchUps.overview(installation.id),
      this.catchUps.gaps(installation.id, limit),
    ]);
    return { installation, ...overview, gaps };
  }

  /**
   * Starts a catch-up.
   *
   * @param since how long ago it begins: `2h`
   * @throws {DomainError} `catch_up_since_invalid`, `catch_up_too_early`, `catch_up_running`
   */
  async start(by: Actor, installation: Installation, since: string): Promise<CatchUpRun> {
    const seconds = secondsOf(since);
    if (seconds === undefined || seconds <= 0) throw catchUpSinceInvalid(since);
    const target = `installation/${installation.id}`;
    return this.audit.audited(
      { by, action: 'catch_up.start', target, details: { workspace: installation.workspaceSlug, since } },
      () => this.catchUps.request(installation, seconds, by.name ?? by.id),
      ({ id }) => ({ run: id }),
    );
  }
}
