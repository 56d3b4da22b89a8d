import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type EntityManager } from 'typeorm';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { isSubject, type Profile, storedIssuer } from '../profile.js';
import { personDisabled } from '../identity.errors.js';
import { type OperatorRole } from '../operator-role.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type Link, LinksService } from './links.service.js';
import { PeopleRepository } from './people.repository.js';
import { unknownPerson, unusableSubject } from './people.errors.js';
import { type PersonEntity } from './person.entity.js';

/** A person who has signed in here, or is disabled. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  /** At the last sign-in. */
  readonly role: OperatorRole | null;
  /** `null` if disabled before the first sign-in. */
  readonly firstSeenAt: Date | null;
  readonly lastSeenAt: Date | null;
  readonly disabledAt: Date | null;
}

/** A part of the list of people. */
export interface PeoplePage {
  readonly people: readonly Person[];
  /** The subject that the next page comes after; absent on the last one. */
  readonly next?: string;
}

/** The people who sign in here; disables and enables them. */
@Injectable()
export class PeopleService {
  constructor(
    @Inject(operatorsConfig.KEY) private readonly config: ConfigType<typeof operatorsConfig>,
    private readonly people: PeopleRepository,
    private readonly sessions: SessionsService,
    private readonly links: LinksService,
  ) {}

  /** Records a sign-in. @throws {DomainError} `person_disabled` */
  async recordSignIn(profile: Profile, role: OperatorRole | undefined): Promise<void> {
    if (!(await this.people.recordSignIn(profile, role))) throw personDisabled();
  }

  /** @throws {DomainError} `person_disabled` */
  async requireEnabled(subject: string): Promise<void> {
    if ((await this.people.find(this.issuer, subject))?.disabledAt) throw personDisabled();
  }

  /**
   * People by the last sign-in, newest first.
   *
   * @param after the last subject of the page before
   * @throws {DomainError} `person_unknown`: no person has that subject
   */
  async page(limit: number, after?: string): Promise<PeoplePage> {
    if (after !== undefined) await this.require(after);
    const rows = await this.people.page(this.issuer, limit + 1, after);
    const people = rows.slice(0, limit).map(personOf);
    const last = people.at(-1);
    return { people, ...(rows.length > limit && last && { next: last.subject }) };
  }

  /** @throws {DomainError} `person_unknown` */
  async require(subject: string): Promise<Person> {
    const row = isSubject(subject) ? await this.people.find(this.issuer, subject) : undefined;
    if (!row) throw unknownPerson(subject);
    return personOf(row);
  }

  /**
   * Disables a subject, also one that has never signed in: ends their sessions, rejects their sign-ins and bearer tokens,
   * removes their links and revokes the linked tokens. Resolves with the numbers of sessions and links.
   *
   * @throws {DomainError} `subject_unusable`
   */
  async disable(subject: string, transaction: EntityManager): Promise<{ sessions: number; links: number }> {
    if (!isSubject(subject)) throw unusableSubject();
    await this.people.disable(this.issuer, subject, transaction);
    const sessions = await this.sessions.endOthers(this.issuer, subject, transaction);
    return { sessions, links: await this.links.unlinkAll(subject, transaction) };
  }

  /** Locks the row of a person, if there is one, against changes by others until the transaction ends. */
  async lock(subject: string, transaction: EntityManager): Promise<void> {
    if (isSubject(subject)) await this.people.lock(this.issuer, subject, transaction);
  }

  /** Enables a subject; they must sign in and consent again. @throws {DomainError} `person_unknown` */
  async enable(subject: string, transaction: EntityManager): Promise<void> {
    const isKnown = isSubject(subject) && (await this.people.enable(this.issuer, subject, transaction));
    if (!isKnown) throw unknownPerson(subject);
  }

  /** The links of a subject, newest first. */
  async linksOf(subject: string): Promise<Link[]> {
    return this.links.linksOf(subject);
  }

  /** Removes a link and revokes its token. @throws {DomainError} `link_unknown` */
  async unlink(subject: string, planeUserId: string, transaction: EntityManager): Promise<void> {
    await this.links.unlink(subject, planeUserId, transaction);
  }

  private get issuer(): string {
    return storedIssuer(this.config.oidcIssuer);
  }
}

function personOf(row: PersonEntity): Person {
  const { issuer, subject, name, email, role, firstSeenAt, lastSeenAt, disabledAt } = row;
  return { issuer, subject, name, email, role, firstSeenAt, lastSeenAt, disabledAt };
}
