import { Command } from 'commander';
import { OperationsModule } from '../operations/operations.module.js';
import { PeopleOperations } from '../operations/people.operations.js';
import { PeopleModule } from '../identity/people/people.module.js';
import { PeopleService, type Person } from '../identity/people/people.service.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['SUBJECT', 'NAME', 'ROLE', 'LAST SEEN', 'DISABLED'];

/** `hangar people`: who signs in at the console, and who may not any more. */
export function peopleCommand(): Command {
  return new Command('people')
    .description('who signs in at the console, and who may not any more')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(disableCommand())
    .addCommand(enableCommand())
    .addCommand(unlinkCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('everybody who has signed in or was disabled, who was here last first')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withServices([PeopleModule], async (context) => {
        const people = await context.get(PeopleService).list();
        print(
          json,
          { people },
          people.length === 0 ? ['Nobody was here yet.'] : table(HEADS, people.map(rowOf)),
        );
      });
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('one of them, and the Plane users whom they linked')
    .argument('<subject>', 'as "hangar people list" shows it')
    .option('--json', 'print JSON')
    .action(async (subject: string, { json }: CommonOptions) => {
      await withServices([PeopleModule], async (context) => {
        const people = context.get(PeopleService);
        const person = await people.require(subject);
        const links = await people.linksOf(subject);
        const told = links.map(({ planeUserId, linkedAt }) => [planeUserId, linkedAt.toISOString()]);
        print(json, { person, links }, [
          ...table(HEADS, [rowOf(person)]),
          '',
          ...(told.length === 0 ? ['No Plane user is linked.'] : table(['PLANE USER', 'LINKED'], told)),
        ]);
      });
    });
}

function unlinkCommand(): Command {
  return new Command('unlink')
    .description('take the link to a Plane user away and wipe its token, until they consent again')
    .argument('<subject>', 'as "hangar people list" shows it')
    .argument('<plane user>', 'as "hangar people show" shows it')
    .option('--json', 'print JSON')
    .action(async (subject: string, planeUserId: string, { json }: CommonOptions) => {
      await withServices([OperationsModule], async (context) => {
        await context.get(PeopleOperations).unlink(commandActor(), subject, planeUserId);
        print(json, { subject, planeUserId, unlinked: true }, [
          `${subject} is linked to Plane user ${planeUserId} no more.`,
        ]);
      });
    });
}

function disableCommand(): Command {
  return new Command('disable')
    .description(
      'keep somebody out: ends their sessions, refuses their sign-ins and tokens, takes their links away',
    )
    .argument('<subject>', 'their claim "sub" at the identity provider; they need not have been here')
    .option('--json', 'print JSON')
    .action(async (subject: string, { json }: CommonOptions) => {
      await withServices([OperationsModule], async (context) => {
        const ended = await context.get(PeopleOperations).disable(commandActor(), subject);
        const { sessions, links } = ended;
        print(json, { subject, ...ended }, [
          `${subject} is disabled: ${sessions} session(s) ended, ${links} link(s) to Plane users taken away.`,
        ]);
      });
    });
}

function enableCommand(): Command {
  return new Command('enable')
    .description('let somebody in again; links to Plane users need their consent anew')
    .argument('<subject>', 'as "hangar people list" shows it')
    .option('--json', 'print JSON')
    .action(async (subject: string, { json }: CommonOptions) => {
      await withServices([OperationsModule], async (context) => {
        await context.get(PeopleOperations).enable(commandActor(), subject);
        print(json, { subject, enabled: true }, [`${subject} may sign in again.`]);
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
