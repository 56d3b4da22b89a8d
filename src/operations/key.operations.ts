import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { encryptionConfig } from '../config/areas/encryption.config.js';
import { KeyRotationService, type RotationProgress } from '../encryption/key-rotation.service.js';

/** Operations on the encryption keys, audited. */
@Injectable()
export class KeyOperations {
  constructor(
    private readonly audit: AuditService,
    @Inject(encryptionConfig.KEY) private readonly config: ConfigType<typeof encryptionConfig>,
    private readonly rotation: KeyRotationService,
  ) {}

  /** Encrypts every stored secret with the first key. @param onProgress called after each batch */
  async rotate(by: Actor, onProgress: (progress: RotationProgress) => void): Promise<RotationProgress | undefined> {
    const to = this.config.encryptionKeys[0]?.kid;
    return this.audit.audited(
      { by, action: 'keys.rotate', details: { to } },
      async () => {
        let last: RotationProgress | undefined;
        for await (last of this.rotation.rotate()) onProgress(last);
        return last;
      },
      (last) => ({ ...last }),
    );
  }
}
