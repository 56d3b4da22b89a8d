import { type FastifyReply } from 'fastify';

/**
 * Sends a page under a strict content security policy. `formTarget` is an additional origin for the page's forms
 * and their redirects.
 */
export function sendPage(reply: FastifyReply, page: string, status = 200, formTarget = ''): FastifyReply {
  const policy = [
    `default-src 'none'`,
    `style-src 'self'`,
    `img-src 'self'`,
    `script-src 'self'`,
    `connect-src 'self'`,
    `form-action 'self' ${formTarget}`.trim(),
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
  return reply
    .code(status)
    .headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(page);
}
