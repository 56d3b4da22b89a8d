import { Injectable } from '@nestjs/common';

/** Another module's part of the app that has sent a person to a user's consent, under an id of its own. */
export interface ConsentRequester {
  /** The person has refused at Plane. */
  onRefused(requestId: string): Promise<void>;
}

/** Those that request consents. Modules of higher layers add themselves; the consent carries their id (`request`). */
@Injectable()
export class ConsentRequestsRegistry {
  private readonly requesters: ConsentRequester[] = [];

  add(requester: ConsentRequester): void {
    this.requesters.push(requester);
  }

  /** Reports that a requested consent was refused. */
  async refused(requestId: string): Promise<void> {
    for (const requester of this.requesters) await requester.onRefused(requestId);
  }
}
