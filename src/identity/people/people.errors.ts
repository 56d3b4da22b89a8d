import { codedError } from '../../common/coded-error.js';

/** No person with this subject has signed in or was disabled. */
export const unknownPerson = codedError(
  'person_unknown',
  404,
  'Person not found',
  (subject: string) =>
    `No person with the subject "${subject}" has signed in here. List the known subjects with "hangar people list".`,
);

/** The text cannot be a subject (OpenID Connect Core §2). */
export const unusableSubject = codedError(
  'subject_unusable',
  400,
  'Invalid subject',
  'A subject is 1 to 255 printable ASCII characters: the value of the claim "sub" at the identity provider.',
);

/** The person has no link to this Plane user. */
export const unknownLink = codedError(
  'link_unknown',
  404,
  'Link not found',
  'This person is not linked to that Plane user.',
);
