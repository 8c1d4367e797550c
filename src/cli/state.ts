// `offshoot state`: the whole state of a running development server, kept, restored and reset.
import type { Command } from 'commander';
import { addServerOptions, askServer, type ServerOptions } from './development-server.js';

interface Told {
  readonly name: string;
  readonly takenDateTime: string;
}

export function addState(program: Command): void {
  const state = program
    .command('state')
    .description('keep the whole state of a running development server, and go back to it')
    .helpCommand(false);

  addServerOptions(state.command('reset'))
    .description('go back to the state after the first start, and clear the simulation')
    .action(async (server: ServerOptions) => void (await askServer(server, 'POST', 'reset')));

  addServerOptions(state.command('snapshot'))
    .description('keep the state as it is now; prints its name')
    .argument('[name]', 'a name for it')
    .option('--replace', 'even if there is one of the name')
    .action(async (name: string | undefined, { replace, ...server }: ServerOptions & { replace?: boolean }) => {
      const taken = await askServer(server, 'POST', 'snapshot', { name, replace });
      process.stdout.write(`${(taken as Told).name}\n`);
    });

  addServerOptions(state.command('list'))
    .description('list the snapshots, the oldest first')
    .option('--json', 'one JSON array')
    .action(async ({ json, ...server }: ServerOptions & { json?: boolean }) => {
      const { value } = (await askServer(server, 'GET', 'snapshots')) as { value: readonly Told[] };
      const lines = value.map(({ name, takenDateTime }) => `${takenDateTime}  ${name}\n`);
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : lines.join(''));
    });

  addServerOptions(state.command('restore'))
    .description('go back to a snapshot')
    .argument('<name>', 'its name')
    .action(async (name: string, server: ServerOptions) => void (await askServer(server, 'POST', 'restore', { name })));

  addServerOptions(state.command('remove'))
    .description('remove a snapshot')
    .argument('<name>', 'its name')
    .action(async (name: string, server: ServerOptions) => {
      await askServer(server, 'DELETE', `snapshots/${encodeURIComponent(name)}`);
    });
}
