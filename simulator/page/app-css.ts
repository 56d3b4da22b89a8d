/** The pages' style sheet: plain, for any width, dark and light by the system's choice. */
export const APP_CSS = `:root {
  color-scheme: light dark;
  --line: light-dark(#d9dde3, #363b44);
  --card: light-dark(#ffffff, #1d2026);
  --page: light-dark(#f4f5f7, #131519);
  --text: light-dark(#1c2024, #e8eaee);
  --soft: light-dark(#596170, #a0a8b6);
  --accent: light-dark(#2456c9, #8fb1ff);
  --on-accent: light-dark(#ffffff, #10131a);
  --good: light-dark(#0f6b3c, #7ddba8);
  --bad: light-dark(#b3261e, #ffaba3);
  --warn: light-dark(#8a5300, #f3c171);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, #notice { max-width: 76rem; margin-inline: auto; padding-inline: 1rem; }
header { padding-top: 1.25rem; }
header p { margin: 0; color: var(--soft); }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.125rem; margin: 0 0 .75rem; display: flex; gap: .6rem; align-items: center; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
a { color: var(--accent); }
code, pre { font: .875em/1.45 ui-monospace, monospace; }
.board { display: grid; gap: 1rem; padding-block: 1rem 3rem; align-items: start; }
.column { display: grid; gap: 1rem; min-width: 0; }
@media (min-width: 60rem) { .board { grid-template-columns: 1fr 1fr; } }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
section.card.column { display: block; }
.card > :last-child { margin-bottom: 0; }
@media (min-width: 60rem) { section.card.column { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow: auto; } }
.narrow { max-width: 34rem; margin: 2rem auto; }
.step { display: inline-grid; place-items: center; width: 1.6rem; height: 1.6rem; border-radius: 50%; background: var(--accent); color: var(--on-accent); font-size: .875rem; }
.row { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; }
p.row { align-items: center; }
.hint, time, .empty { color: var(--soft); font-size: .875rem; }
.plain { list-style: none; margin: 0; padding: 0; }
.plain > li { padding-block: .5rem; }
.plain > li + li { border-top: 1px solid var(--line); }
.callout { border-inline-start: .25rem solid var(--accent); padding: .25rem .75rem; margin-block: .75rem; }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .55rem; font-size: .8125rem; color: var(--soft); }
.badge.good { color: var(--good); }
.badge.bad { color: var(--bad); }
.badge.warn { color: var(--warn); }
form { display: grid; gap: .6rem; margin-block: .75rem; }
form.row, form[data-quiet] { display: flex; margin: 0; }
.plain li > .row { margin-block: .4rem; }
label { display: grid; gap: .2rem; font-size: .875rem; font-weight: 600; min-width: 0; }
input, select, textarea, button, .button { font: inherit; font-size: 1rem; font-weight: 400; color: inherit; background: var(--card); border: 1px solid light-dark(#8b93a1, #6c7482); border-radius: .5rem; padding: .45rem .7rem; max-width: 100%; }
input, textarea { width: 100%; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 0; padding: .3rem .7rem .5rem; }
legend { font-size: .875rem; font-weight: 600; }
.choice { display: flex; align-items: center; font-weight: 400; }
.choice input { width: auto; }
textarea { resize: vertical; }
select { text-overflow: ellipsis; }
button, .button { cursor: pointer; text-decoration: none; min-height: 2.5rem; }
button:hover, .button:hover { border-color: var(--accent); }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.choices { display: grid; gap: .5rem; }
.thread > li { display: flex; gap: .6rem; border: 0 !important; }
.avatar { flex: none; display: grid; place-items: center; width: 2rem; height: 2rem; border-radius: 50%; border: 1px solid var(--line); font-size: .75rem; }
.bot .avatar { background: var(--accent); color: var(--on-accent); }
.said { margin: 0; white-space: pre-line; }
.activities { border-inline-start: 2px solid var(--line); padding-inline-start: .75rem; margin-top: .4rem; }
.activities > li { border: 0 !important; padding-block: .15rem; }
li.reply { margin-inline-start: 2.6rem; }
.superseded { text-decoration: line-through; opacity: .75; }
.ephemeral { color: var(--soft); font-style: italic; }
.kind { font-size: .8125rem; font-weight: 600; }
.more { border-top: 1px solid var(--line); padding-top: .5rem; margin-top: .75rem; }
summary { cursor: pointer; }
.deliveries .event { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; margin-block: .5rem; }
caption { text-align: start; color: var(--soft); }
th, td { text-align: start; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--line); }
th, td:not(:last-child) { white-space: nowrap; overflow-wrap: normal; }
.answer { white-space: pre-wrap; }
pre { background: var(--page); border-radius: .5rem; padding: .75rem; margin: 0; overflow-x: auto; max-height: 24rem; }
#notice:empty { display: none; }
#notice { position: sticky; bottom: 1rem; max-width: 40rem; margin-block: 1rem; padding: .6rem 1rem; background: var(--card); border: 1px solid var(--bad); border-radius: .5rem; color: var(--bad); }
[hidden] { display: none !important; }
`;

/** The icon in the browser's tab. */
export const ICON_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2456c9"/><path d="M7 17 25 8l-5 17-5-6z" fill="#fff"/></svg>
`;
