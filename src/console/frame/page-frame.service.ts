import { Injectable } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { HangarConfig } from '../../config/hangar-config.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { SignOutService } from '../../identity/sign-in/sign-out.service.js';
import { type ConsolePage } from './console-page.js';
import { FLASH_SECONDS, type Flash, flashCookie, packFlash, unpackFlash } from './flash.js';
import { layout } from './layout.view.js';
import { pageHeaders } from './page-headers.js';
import { type SeeOther } from './see-other.js';

const SEE_OTHER = 303;

/** Makes whole answers of what controllers answer. */
@Injectable()
export class PageFrameService {
  private readonly cookie: { name: string; secure: boolean };

  constructor(
    config: HangarConfig,
    private readonly signOuts: SignOutService,
  ) {
    this.cookie = flashCookie(config.publicUrl);
  }

  /** The page with its headers, and the flash message that waited for it. */
  async page(request: OperatorRequest, reply: FastifyReply, page: ConsolePage): Promise<string> {
    const origin = request.operator && (await this.signOuts.signOutOrigin().catch(() => undefined));
    void reply.headers(pageHeaders(origin === undefined ? [] : [origin]));
    return layout(page, request.operator, this.takeFlash(request, reply)).text;
  }

  /** Sends the browser on by GET, with a flash message. */
  seeOther(reply: FastifyReply, { path, flash }: SeeOther): string {
    const { name, secure } = this.cookie;
    const options = { httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge: FLASH_SECONDS } as const;
    void reply
      .status(SEE_OTHER)
      .setCookie(name, packFlash(flash), options)
      .headers({ location: path, 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' });
    return `See ${path}\n`;
  }

  private takeFlash({ cookies }: OperatorRequest, reply: FastifyReply): Flash | undefined {
    const { name, secure } = this.cookie;
    const flash = unpackFlash(cookies[name]);
    if (flash) void reply.clearCookie(name, { path: '/', secure });
    return flash;
  }
}
