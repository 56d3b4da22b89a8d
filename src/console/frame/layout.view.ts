import { html, type Html } from '../../common/html.js';
import { BRAND } from '../../common/page.js';
import { includesRole } from '../../identity/operator-role.js';
import { type Operator } from '../../identity/operator.js';
import { signOutForm } from '../../identity/sign-in/sign-in.pages.js';
import { assetPath } from '../assets/assets.js';
import { type ConsolePage } from './console-page.js';
import { type Flash } from './flash.js';
import { type Section, SECTIONS } from './section.js';

/** A whole page: landmarks, navigation, flash message and content. */
export function layout(page: ConsolePage, operator: Operator | undefined, flash: Flash | undefined): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · Hangar</title>
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetPath('console.css')}">
<script type="module" src="${assetPath('console.js')}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
  <a class="brand" href="/console">${BRAND}Hangar</a>
  ${operator && whoView(operator)}
</header>
${operator && navigation(page.section, operator)}
<main id="main" tabindex="-1">
  <h1>${page.title}</h1>
  ${flash && flashView(flash)}
  ${page.content}
</main>
<footer><p>All times are UTC.</p></footer>
</body>
</html>
`;
}

function navigation(current: string | undefined, { role }: Operator): Html {
  const visible = SECTIONS.filter(
    (section: Section) => section.role === 'signed-in' || (role && includesRole(role, section.role)),
  );
  return html`<nav class="side" aria-label="Console"><ul>${visible.map(
    ({ id, label, path }) =>
      html`<li><a href="${path}"${id === current && html` aria-current="page"`}>${label}</a></li>`,
  )}</ul></nav>`;
}

function whoView(operator: Operator): Html {
  const { name, email, subject, role } = operator;
  return html`<div class="who">
    <p><span class="name">${name ?? email ?? subject}</span> <span class="role">${role ?? 'no role'}</span></p>
    ${signOutForm(operator)}
  </div>`;
}

function flashView({ kind, text }: Flash): Html {
  const failed = kind === 'failed';
  return html`<div class="flash ${kind}" role="${failed ? 'alert' : 'status'}"><p><strong>${
    failed ? 'That did not work.' : 'Done.'
  }</strong> ${text}</p></div>`;
}
