import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { HangarConfig } from '../config/hangar-config.js';
import { KeyRotationService, type RotationProgress } from '../encryption/key-rotation.service.js';

/** What an operator does with the keys of the secrets at rest, audited. */
@Injectable()
export class KeyOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly config: HangarConfig,
    private readonly rotation: KeyRotationService,
  ) {}

  /** Encrypts every stored secret with the first key, and resolves with how far it got. @param seen is told after each batch */
  async rotate(by: Actor, seen: (progress: RotationProgress) => void): Promise<RotationProgress | undefined> {
    const to = this.config.encryptionKeys[0]?.kid;
    return this.audit.audited(
      { by, action: 'keys.rotate', details: { to } },
      async () => {
        let last: RotationProgress | undefined;
        for await (last of this.rotation.rotate()) seen(last);
        return last;
      },
      (last) => ({ ...last }),
    );
  }
}
