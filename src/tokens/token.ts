/** Whose token it is: the app's bot in a workspace, or a person. */
export type TokenKind = 'bot' | 'user';
