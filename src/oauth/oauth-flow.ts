/** Who consents to what: an admin to the app's bot in a workspace, or a user to acting in their name. */
export const OAUTH_FLOWS = ['bot', 'user'] as const;

export type OAuthFlow = (typeof OAUTH_FLOWS)[number];
