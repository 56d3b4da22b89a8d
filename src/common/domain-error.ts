/** One thing that is wrong with a request. */
export interface InvalidParameter {
  /** The query parameter, header or field of the body. */
  readonly parameter: string;
  /** What is wrong with it and what it may be; never what was sent. */
  readonly problem: string;
}

/** What a {@link DomainError} is made of. */
export interface DomainErrorInit {
  /** Stable, for programs: `oauth_state_expired`. Becomes the `type` of the problem document. */
  readonly code: string;
  /** What is wrong, in a few words, the same for each error of this code. */
  readonly title: string;
  /** What is wrong here and what to do about it. Never holds a secret. */
  readonly detail: string;
  /** The HTTP status it is answered with. */
  readonly status: number;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
  /** All that is wrong with a request, where it is refused for what it holds. */
  readonly errors?: readonly InvalidParameter[];
}

/** An error that a person is meant to read: a stable code, what is wrong, what to do. Never holds a secret. */
export class DomainError extends Error implements DomainErrorInit {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly retryAfterSeconds?: number;
  readonly errors?: readonly InvalidParameter[];

  constructor(init: DomainErrorInit) {
    super(init.detail);
    this.name = new.target.name;
    this.code = init.code;
    this.title = init.title;
    this.detail = init.detail;
    this.status = init.status;
    if (init.retryAfterSeconds !== undefined) this.retryAfterSeconds = init.retryAfterSeconds;
    if (init.errors) this.errors = init.errors;
  }
}
