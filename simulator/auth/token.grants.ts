import { type SimulatorContext } from '../simulator-context.js';
import { basicIsRight, bodyIsRight } from './client-authentication.js';
import { type TokenAnswer } from './token-store.js';

/** An error response of RFC 6749 §5.2. */
export class GrantError extends Error {
  constructor(
    readonly code: string,
    readonly description: string,
    readonly status = 400,
  ) {
    super(description);
  }
}

type Form = Record<string, unknown>;
/** How a token request came. */
export interface GrantRequest {
  readonly authorization: string | undefined;
  /** With a JSON body, as Plane's Python SDK sends it: a bot's request may have the credentials in it. */
  readonly json: boolean;
}

type Grant = (context: SimulatorContext, form: Form, request: GrantRequest) => TokenAnswer;

/** The client's credentials are wrong. */
export const invalidClient = () => new GrantError('invalid_client', 'The client id or secret is wrong.', 401);
const invalidGrant = (why: string) => new GrantError('invalid_grant', why);

function needed(form: Form, name: string): string {
  const value = form[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new GrantError('invalid_request', `"${name}" is missing.`);
}

const clientCredentials: Grant = (context, form, { authorization, json }) => {
  const known = basicIsRight(authorization, context.app) || (json && bodyIsRight(form, context.app));
  if (!known) throw invalidClient();
  const id = needed(form, 'app_installation_id');
  const installation = [...context.world.installations.values()].find((candidate) => candidate.id === id);
  if (!installation || installation.deletedAt !== null)
    throw invalidGrant('The app is not installed in that workspace.');
  const scope = typeof form.scope === 'string' && form.scope !== '' ? form.scope : 'read write';
  return context.tokens.issue({
    kind: 'bot',
    userId: installation.botId,
    workspaceId: installation.workspaceId,
    scope,
  });
};

const authorizationCode: Grant = (context, form) => {
  if (!bodyIsRight(form, context.app)) throw invalidClient();
  const grant = context.codes.take(needed(form, 'code'), needed(form, 'redirect_uri'));
  if (!grant) throw invalidGrant('The code is unknown, used, expired, or was issued for another redirect URI.');
  return context.tokens.issue({ kind: 'user', userId: grant.userId, workspaceId: null, scope: grant.scope });
};

const refreshToken: Grant = (context, form) => {
  if (!bodyIsRight(form, context.app)) throw invalidClient();
  const answer = context.tokens.refresh(needed(form, 'refresh_token'));
  if (!answer) throw invalidGrant('The refresh token is unknown or has been replaced.');
  return answer;
};

const GRANTS = new Map<unknown, Grant>([
  ['client_credentials', clientCredentials],
  ['authorization_code', authorizationCode],
  ['refresh_token', refreshToken],
]);

/**
 * Answers a token request.
 * @throws {GrantError} with the error of RFC 6749 §5.2
 */
export function grantToken(context: SimulatorContext, form: Form, request: GrantRequest): TokenAnswer {
  const grant = GRANTS.get(needed(form, 'grant_type'));
  if (!grant) throw new GrantError('unsupported_grant_type', 'The grant type is not supported.');
  return grant(context, form, request);
}
