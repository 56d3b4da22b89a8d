import { Injectable } from '@nestjs/common';
import { type KeyConnection } from '../../config/plane-connection.js';
import { FingerprintsService } from '../../encryption/fingerprints.service.js';
import { KeyInstallationsService } from '../../installations/key-installations.service.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';

/**
 * Finds the workspace of an API key in its webhooks, where the API shows no project that would name it: the last webhook
 * that one of the connection's secrets signed.
 */
@Injectable()
export class WorkspaceOfKeyService {
  constructor(
    keys: KeyInstallationsService,
    private readonly deliveries: DeliveriesService,
    private readonly fingerprints: FingerprintsService,
  ) {
    keys.learnFrom((connection) => this.find(connection));
  }

  private async find({ webhookSecrets }: KeyConnection): Promise<string | undefined> {
    const known = webhookSecrets.flatMap((secret) => this.fingerprints.known(secret));
    return known.length === 0 ? undefined : this.deliveries.workspaceSignedBy(known);
  }
}
