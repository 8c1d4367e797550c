// `offshoot serve`: starts a server, says where it is, and stops it when told to.
import type { Command } from 'commander';
import { completeSettings, readSettings, type ServerSettings } from '../config/index.js';
import { openServer, type Server } from '../server.js';
import { addSettingOptions, sourcesOf } from './setting-options.js';
import { type Shown, welcome } from './welcome.js';

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('run the server until SIGINT or SIGTERM; requests that are running are finished first');
  addSettingOptions(command)
    .option('--json', 'print the line that says the server is ready as one JSON object')
    .allowExcessArguments(false)
    .action(async () => {
      const { json } = command.opts();
      const settings = completeSettings(readSettings(sourcesOf(command)));
      const { devBeyondLoopback: beyondLoopback } = settings;
      if (beyondLoopback) process.stderr.write(warning(settings));
      const server = await openServer(settings);
      stopOnSignal(server);
      reloadOnSignal(server);
      const shown = { showToken: !beyondLoopback };
      process.stdout.write(json ? `${JSON.stringify(await readyLine(server, shown))}\n` : await welcome(server, shown));
    });
}

/** Whatever the level of the log. */
function warning({ host }: ServerSettings): string {
  return `offshoot: WARNING: DEVELOPMENT MODE LISTENS BEYOND LOOPBACK, on ${host}. Whoever reaches it, and gets a token of it, can do everything.
`;
}

function stopOnSignal(server: Server): void {
  const stop = (): void => {
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`offshoot: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  const onSignal = (): void => {
    // A second signal finds no listener and ends the process at once.
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    stop();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}

/** Where there is nothing to read again, the signal ends the program, as it ends those of a terminal that closes. */
function reloadOnSignal({ reload }: Server): void {
  if (reload) process.on('SIGHUP', () => void reload());
}

async function readyLine(server: Server, { showToken }: Shown): Promise<Record<string, unknown>> {
  const { url, plainUrl, adminUrl, development } = server;
  if (!development) return { url, plainUrl, adminUrl };
  const { caFile, tenantId, settingsId, profiles } = development;
  const token = showToken ? await development.token() : undefined;
  return { url, plainUrl, adminUrl, caFile, tenantId, token, settingsId, profiles };
}
