import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply } from 'fastify';
import { serverConfig } from '../../config/areas/server.config.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { SignOutService } from '../../identity/sign-in/sign-out.service.js';
import { type ConsolePage, type SeeOther } from './console-page.js';
import { FLASH_SECONDS, type Flash, flashCookie, packFlash, unpackFlash } from './flash.js';
import { layout } from './layout.view.js';

const SEE_OTHER = 303;
/** No inline script or style, no other host, no framing. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Renders the results of controllers as HTTP responses. */
@Injectable()
export class PageFrameService {
  private readonly cookie: ReturnType<typeof flashCookie>;

  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    private readonly signOuts: SignOutService,
  ) {
    this.cookie = flashCookie(config.publicUrl);
  }

  /** The page in its layout, with security headers and the pending flash message. */
  async page(request: OperatorRequest, reply: FastifyReply, page: ConsolePage): Promise<string> {
    const origin = request.operator && (await this.signOuts.signOutOrigin().catch(() => undefined));
    void reply.headers(pageHeaders(origin));
    return layout(page, request.operator, this.takeFlash(request, reply)).text;
  }

  /** A redirect with a flash message. */
  seeOther(reply: FastifyReply, { path, flash }: SeeOther): string {
    const { name, path: cookiePath, secure } = this.cookie;
    const options = { httpOnly: true, sameSite: 'strict', path: cookiePath, secure, maxAge: FLASH_SECONDS } as const;
    void reply
      .status(SEE_OTHER)
      .setCookie(name, packFlash(flash), options)
      .headers({ location: path, 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' });
    return `See ${path}\n`;
  }

  private takeFlash({ cookies }: OperatorRequest, reply: FastifyReply): Flash | undefined {
    const { name, path, secure } = this.cookie;
    const flash = unpackFlash(cookies[name]);
    if (flash) void reply.clearCookie(name, { path, secure });
    return flash;
  }
}

/** @param signOutOrigin a further target of forms: the sign-out redirects to the identity provider */
function pageHeaders(signOutOrigin: string | undefined): Record<string, string> {
  const formTargets = ["'self'", ...(signOutOrigin === undefined ? [] : [signOutOrigin])].join(' ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `${POLICY}; form-action ${formTargets}`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}
