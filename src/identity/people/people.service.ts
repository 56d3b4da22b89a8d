import { Injectable } from '@nestjs/common';
import { HangarConfig } from '../../config/hangar-config.js';
import { DEVELOPER } from '../access/developer.js';
import { personDisabled } from '../identity.errors.js';
import { type OperatorRole } from '../operator-role.js';
import { type Profile } from '../profile.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type Link, LinksService } from './links.service.js';
import { PeopleRepository } from './people.repository.js';
import { unknownPerson, unusableSubject } from './people.errors.js';
import { type PersonEntity } from './person.entity.js';
import { isSubject } from './subject.js';

/** Somebody who has signed in here, or is kept from it. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  /** At the last sign-in. */
  readonly role: OperatorRole | null;
  /** `null` for somebody who was disabled before the first sign-in. */
  readonly firstSeenAt: Date | null;
  readonly lastSeenAt: Date | null;
  readonly disabledAt: Date | null;
}

/** Who signs in here, and who may not any more. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly config: HangarConfig,
    private readonly people: PeopleRepository,
    private readonly sessions: SessionsService,
    private readonly links: LinksService,
  ) {}

  /** Books a sign-in. @throws {DomainError} `person_disabled` */
  async seen(profile: Profile, role: OperatorRole | undefined): Promise<void> {
    if (!(await this.people.seen(profile, role))) throw personDisabled();
  }

  /** @throws {DomainError} `person_disabled` */
  async requireEnabled(subject: string): Promise<void> {
    if ((await this.people.find(this.issuer, subject))?.disabledAt) throw personDisabled();
  }

  /** Everybody, who was here last first. */
  async list(): Promise<Person[]> {
    return (await this.people.list(this.issuer)).map(personOf);
  }

  /** What is known of somebody. @throws {DomainError} `person_unknown` */
  async require(subject: string): Promise<Person> {
    const row = isSubject(subject) ? await this.people.find(this.issuer, subject) : undefined;
    if (!row) throw unknownPerson(subject);
    return personOf(row);
  }

  /**
   * Keeps a subject out, also one that was never here: ends their sessions, refuses their sign-ins and bearer tokens, and
   * takes their links and the tokens of these away. Resolves with how many of each there were.
   *
   * @throws {DomainError} `subject_unusable`
   */
  async disable(subject: string): Promise<{ sessions: number; links: number }> {
    if (!isSubject(subject)) throw unusableSubject();
    await this.people.disable(this.issuer, subject);
    const sessions = await this.sessions.endOthers(this.issuer, { subject });
    return { sessions, links: await this.links.unlinkAll(subject) };
  }

  /** Lets a subject in again; they sign in and consent anew. @throws {DomainError} `person_unknown` */
  async enable(subject: string): Promise<void> {
    if (!isSubject(subject) || !(await this.people.enable(this.issuer, subject)))
      throw unknownPerson(subject);
  }

  /** The Plane users that a subject has let the app act as, the newest first. */
  async linksOf(subject: string): Promise<Link[]> {
    return this.links.linksOf(subject);
  }

  /** Takes a link away and wipes its token. @throws {DomainError} `link_unknown` */
  async unlink(subject: string, planeUserId: string): Promise<void> {
    await this.links.unlink(subject, planeUserId);
  }

  private get issuer(): string {
    return this.config.oidcIssuer ?? DEVELOPER.issuer;
  }
}

function personOf(row: PersonEntity): Person {
  const { issuer, subject, name, email, role, firstSeenAt, lastSeenAt, disabledAt } = row;
  return { issuer, subject, name, email, role, firstSeenAt, lastSeenAt, disabledAt };
}
