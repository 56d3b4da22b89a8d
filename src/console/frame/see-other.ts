import { type Flash } from './flash.js';

/** What a controller answers to a form: where the browser goes, and what it is told there. */
export class SeeOther {
  constructor(
    readonly path: string,
    readonly flash: Flash,
  ) {}

  /** It worked. */
  static done(path: string, text: string): SeeOther {
    return new SeeOther(path, { kind: 'done', text });
  }

  /** It did not, and a person can mend it. */
  static failed(path: string, text: string): SeeOther {
    return new SeeOther(path, { kind: 'failed', text });
  }
}
