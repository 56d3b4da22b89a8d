import { DomainError } from '../../common/domain-error.js';

/** Nobody of that subject was ever seen or disabled here. */
export function unknownPerson(subject: string): DomainError {
  return new DomainError({
    code: 'person_unknown',
    title: 'There is no such person',
    detail: `nobody with the subject "${subject}" was ever here: "hangar people list" shows who was`,
    status: 404,
  });
}

/** The text cannot be a subject (OpenID Connect Core §2). */
export function unusableSubject(): DomainError {
  return new DomainError({
    code: 'subject_unusable',
    title: 'This cannot be a subject',
    detail:
      'a subject is 1 to 255 printable ASCII characters, as the claim "sub" of the identity provider has it',
    status: 400,
  });
}

/** The subject has no such link. */
export function unknownLink(): DomainError {
  return new DomainError({
    code: 'link_unknown',
    title: 'There is no such link',
    detail: 'This person is not linked to that Plane user.',
    status: 404,
  });
}
