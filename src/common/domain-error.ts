import { type DomainErrorCode } from './domain-error-codes.js';

/** An invalid parameter of a request. */
export interface InvalidParameter {
  /** The query parameter, header or field of the body. */
  readonly parameter: string;
  /** What is wrong with it and what is allowed; never the value that was sent. */
  readonly problem: string;
}

/** The properties of a {@link DomainError}. */
export interface DomainErrorInit {
  /** Stable, for programs: `oauth_state_expired`. Becomes the `type` of the problem document. */
  readonly code: string;
  /** What is wrong, in a few words, the same for each error of this code. */
  readonly title: string;
  /** What is wrong here and what to do about it. Never contains a secret. */
  readonly detail: string;
  /** The HTTP status of the response. */
  readonly status: number;
  /** Seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number;
  /** The invalid parameters, where the error is about the content of a request. */
  readonly errors?: readonly InvalidParameter[];
}

/** An error with a message for people: a stable code, what is wrong, what to do. Never contains a secret. */
export class DomainError extends Error implements DomainErrorInit {
  /** One of Hangar's own, unless an app made the error with another. */
  readonly code: DomainErrorCode;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly retryAfterSeconds?: number;
  readonly errors?: readonly InvalidParameter[];

  constructor(init: DomainErrorInit) {
    super(init.detail);
    this.name = new.target.name;
    this.code = init.code as DomainErrorCode;
    this.title = init.title;
    this.detail = init.detail;
    this.status = init.status;
    if (init.retryAfterSeconds !== undefined) this.retryAfterSeconds = init.retryAfterSeconds;
    if (init.errors) this.errors = init.errors;
  }
}
