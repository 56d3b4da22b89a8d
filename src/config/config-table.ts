import { VARIABLES } from './areas.js';
import { type Variable } from './variable.decorator.js';

const BEGIN = '<!-- configuration: begin (npm run docs:config) -->';
const END = '<!-- configuration: end -->';

/** A Markdown table of every variable, formatted as Prettier does. */
export function configTable(): string {
  const rows = VARIABLES.map((variable) => [
    `\`${variable.name}\``,
    defaultOf(variable),
    variable.description + (variable.secret ? ' (secret)' : ''),
  ]);
  const head = ['Variable', 'Default', 'Meaning'];
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The variables as the section `config` of the chart's `values.schema.json` describes them; `OTEL_*` is a pattern there. */
export function chartConfigProperties(): Record<string, object> {
  const own = VARIABLES.filter(({ name }) => !name.startsWith('OTEL_'));
  return Object.fromEntries(
    own.map(({ name, description }) => [name, { type: ['string', 'number', 'boolean'], description }]),
  );
}

/** Replaces what is between the two marks in `text` with `table`. @throws where the marks are missing */
export function withConfigTable(text: string, table: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the marks "${BEGIN}" and "${END}" are missing`);
  return `${text.slice(0, begin)}${BEGIN}\n\n${table}\n\n${text.slice(end)}`;
}

function defaultOf({ default: text, defaultText }: Variable): string {
  return defaultText ?? (text === undefined ? '' : `\`${text}\``);
}
