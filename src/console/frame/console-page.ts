import { type Html } from '../../common/html.js';
import { type Flash } from './flash.js';
import { type SectionId } from './section.js';

/** The result of a GET: the content of a page, without the layout. */
export class ConsolePage {
  constructor(
    readonly section: SectionId | undefined,
    readonly title: string,
    readonly content: Html,
  ) {}
}

/** The result of a form: a redirect (303) with a message for the next page. */
export class SeeOther {
  constructor(
    readonly path: string,
    readonly flash: Flash,
  ) {}

  /** The operation succeeded. */
  static done(path: string, text: string): SeeOther {
    return new SeeOther(path, { kind: 'done', text });
  }

  /** The operation failed for a reason that the person can fix. */
  static failed(path: string, text: string): SeeOther {
    return new SeeOther(path, { kind: 'failed', text });
  }
}
