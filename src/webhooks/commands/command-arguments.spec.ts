import { describe, expect, it } from '@jest/globals';
import { parseArguments } from './command-arguments.js';
import { parseParameters, requireCommandName } from './command-grammar.js';

const USER = '16c61a3a-512a-48ac-b0be-b6b46fe6f430';

const parse = (declaration: string, text: string): unknown => parseArguments(parseParameters(declaration), text);

describe('the arguments of a command', () => {
  it.each([
    ['<delay:duration> <text...>', '2h check the   logs', { delay: 7200, text: 'check the   logs' }],
    ['<delay:duration>', '1h30m', { delay: 5400 }],
    ['<delay:duration>', '1.5d', { delay: 129_600 }],
    ['<who:user> [note]', `@${USER}`, { who: USER }],
    ['<who> <what>', '"Ada Lovelace" “first program”', { who: 'Ada Lovelace', what: 'first program' }],
    ['<level:low|high>', 'HIGH', { level: 'high' }],
    ['[count:integer] [due:date]', '-3 2028-02-29', { count: -3, due: '2028-02-29' }],
    ['<ratio:number>', '0.25', { ratio: 0.25 }],
    ['[text...]', '', {}],
    ['<text...>', '"quoted" and more', { text: '"quoted" and more' }],
    ['<name> <text...>', 'a\nb\nc', { name: 'a', text: 'b\nc' }],
    ['', '', {}],
  ])('of %j are parsed from %j', (declaration, text, values) => {
    expect(parse(declaration, text)).toEqual({ values });
  });

  it.each([
    ['<delay:duration> <text...>', '', '"delay" is missing: it takes a duration such as 90s, 15m, 2h, 1h30m, 3d or 1w'],
    ['<delay:duration> <text...>', '2h', '"text" is missing: it takes the rest of the text'],
    ['<delay:duration>', 'soon', '"delay" takes a duration such as 90s, 15m, 2h, 1h30m, 3d or 1w, not "soon"'],
    ['<level:low|high>', 'mid', '"level" takes one of low, high, not "mid"'],
    ['<due:date>', '2027-02-29', '"due" takes a date such as 2026-01-31, not "2027-02-29"'],
    ['<count:integer>', '1.5', '"count" takes a whole number, not "1.5"'],
    ['<who:user>', 'ada', '"who" takes a mention of a person, not "ada"'],
    ['<name>', 'a b', '"b" is one argument too many'],
    ['', 'now', '"now" is one argument too many'],
  ])('of %j that are wrong are explained: %j', (declaration, text, problem) => {
    expect(parse(declaration, text)).toEqual({ problem });
  });

  it.each([
    ['delay', 'write <name> or [name]'],
    ['<delay> text', 'write <name> or [name]'],
    ['<delay', 'write <name> or [name]'],
    ['<a b>', 'write name, name:type or name...'],
    ['<a:time>', 'the type must be text, duration, number, integer, date, user or choices such as low|high'],
    ['<a> <a>', 'the name occurs twice'],
    ['<a...> <b>', '"..." must be the last argument'],
    ['[a] <b>', 'a required argument cannot follow an optional one'],
  ])('cannot be declared as %j', (declaration, problem) => {
    expect(() => parseParameters(declaration)).toThrow(problem);
  });
});

describe('the name of a command', () => {
  it.each(['remind', '/', '/two words', '/1st', ''])('is a slash and a word, not %j', (name) => {
    expect(() => requireCommandName(name)).toThrow('must be a slash and a word');
  });
});
