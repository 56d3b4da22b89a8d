import { type Html } from '../../common/html.js';
import { type SectionId } from './section.js';

/** What a controller answers to a GET; the frame is put around it. */
export class ConsolePage {
  constructor(
    readonly section: SectionId | undefined,
    readonly title: string,
    readonly content: Html,
  ) {}
}
