import { SetMetadata } from '@nestjs/common';

/** The metadata key of {@link AuditedRead}. */
export const AUDITED_READ = Symbol('hangar:audited-read');

/**
 * Declares that a GET writes to the audit log: with a session it must come from Hangar's own pages or from the address bar. A
 * link on another site would otherwise write entries in the name of the person who follows it.
 */
export const AuditedRead = (): MethodDecorator => SetMetadata(AUDITED_READ, true);
