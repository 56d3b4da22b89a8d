import { Command } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { PeopleOperations } from '../operations/people.operations.js';
import { PeopleModule } from '../identity/people/people.module.js';
import { PeopleService, type Person } from '../identity/people/people.service.js';
import { listLimit } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['SUBJECT', 'NAME', 'ROLE', 'LAST SEEN', 'DISABLED'];

/** `hangar people`: lists, disables and enables people who sign in to the console. */
export function peopleCommand(): Command {
  return new Command('people')
    .description('list, disable and enable people who sign in to the console')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(disableCommand())
    .addCommand(enableCommand())
    .addCommand(unlinkCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list people who have signed in or were disabled, by last sign-in')
    .option('--limit <count>', 'maximum number of people', listLimit, 1000)
    .option('--before <subject>', 'only people after this one in the list: the next page')
    .option('--json', 'print JSON')
    .action(async ({ json, limit, before }: CommonOptions & { limit: number; before?: string }) => {
      await withServices([PeopleModule], async (context) => {
        const page = await context.get(PeopleService).page(limit, before);
        const more = page.next === undefined ? [] : ['', `More results: --before ${page.next}`];
        print(json, page, [...table(HEADS, page.people.map(rowOf)), ...more]);
      });
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('show a person and their linked Plane users')
    .argument('<subject>', 'as "hangar people list" shows it')
    .option('--json', 'print JSON')
    .action(async (subject: string, { json }: CommonOptions) => {
      await withServices([PeopleModule], async (context) => {
        const people = context.get(PeopleService);
        const person = await people.require(subject);
        const links = await people.linksOf(subject);
        const rows = links.map(({ planeUserId, linkedAt }) => [planeUserId, linkedAt.toISOString()]);
        print(json, { person, links }, [
          ...table(HEADS, [rowOf(person)]),
          '',
          ...table(['PLANE USER', 'LINKED'], rows, 'No Plane user is linked.'),
        ]);
      });
    });
}

function unlinkCommand(): Command {
  return new Command('unlink')
    .description('remove a link to a Plane user and revoke its token, until the person consents again')
    .argument('<subject>', 'as "hangar people list" shows it')
    .argument('<plane user>', 'as "hangar people show" shows it')
    .option('--json', 'print JSON')
    .action(async (subject: string, planeUserId: string, { json }: CommonOptions) => {
      await withServices([OperationsModule], async (context) => {
        await context.get(PeopleOperations).unlink(commandActor(), subject, planeUserId);
        print(json, { subject, planeUserId, unlinked: true }, [
          `${subject} is no longer linked to Plane user ${planeUserId}.`,
        ]);
      });
    });
}

function disableCommand(): Command {
  return new Command('disable')
    .description('disable a person: end their sessions, reject their sign-ins and tokens, remove their links')
    .argument('<subject>', 'their claim "sub" at the identity provider; they need not have signed in before')
    .option('--json', 'print JSON')
    .action(async (subject: string, { json }: CommonOptions) => {
      await withServices([OperationsModule], async (context) => {
        const ended = await context.get(PeopleOperations).disable(commandActor(), subject);
        const { sessions, links } = ended;
        print(json, { subject, ...ended }, [
          `${subject} is disabled: ${sessions} session(s) ended, ${links} link(s) to Plane users removed.`,
        ]);
      });
    });
}

function enableCommand(): Command {
  return new Command('enable')
    .description('enable a person again; links to Plane users need a new consent')
    .argument('<subject>', 'as "hangar people list" shows it')
    .option('--json', 'print JSON')
    .action(async (subject: string, { json }: CommonOptions) => {
      await withServices([OperationsModule], async (context) => {
        await context.get(PeopleOperations).enable(commandActor(), subject);
        print(json, { subject, enabled: true }, [`${subject} can sign in again.`]);
      });
    });
}

function rowOf({ subject, name, email, role, lastSeenAt, disabledAt }: Person): string[] {
  return [
    subject,
    name ?? email ?? '',
    role ?? 'none',
    lastSeenAt?.toISOString() ?? 'never',
    disabledAt?.toISOString() ?? '',
  ];
}
