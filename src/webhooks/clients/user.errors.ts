import { codedError } from '../../common/coded-error.js';
import { DomainError } from '../../common/domain-error.js';
import { type PlaneConnection } from '../../config/plane-connection.js';
import { setupPath } from '../../tokens/tokens.errors.js';

/** A person must link a Plane user of a connection's Plane before the app can act as them. */
export class LinkNeededError extends DomainError {
  readonly baseUrl: string;

  constructor(
    readonly subject: string,
    { id, baseUrl }: Pick<PlaneConnection, 'id' | 'baseUrl'>,
  ) {
    super({
      code: 'consent_needed',
      title: 'Consent is needed',
      detail: `No Plane user is linked to the subject "${subject}". Sign in at /console as that person and open ${setupPath(id)}?flow=user.`,
      status: 403,
    });
    this.baseUrl = baseUrl;
  }
}

/** The user has consented, but Plane does not show them the app in the workspace of the run. */
export const userElsewhere = codedError(
  'plane_user_elsewhere',
  403,
  'The user is not in this workspace',
  (planeUserId: string, slug: string) =>
    `Plane user ${planeUserId} has no access to the app in the workspace "${slug}", so that no run of that workspace can act as them.`,
);
