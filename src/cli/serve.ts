// `offshoot serve`: starts a server, says where it is, and stops it when told to.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { completeSettings, settings } from '../config/index.js';
import { openServer, type Server } from '../server.js';
import { welcome } from './welcome.js';

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('run the server until SIGINT or SIGTERM; requests that are running are finished first');
  for (const [name, row] of Object.entries(settings)) command.addOption(optionOf(name, row));
  command.option('--json', 'print the line that says the server is ready as one JSON object');
  command.allowExcessArguments(false).action(async () => {
    const { json, ...given } = command.opts();
    const chosen = completeSettings(given);
    const server = await openServer(chosen);
    stopOnSignal(server);
    process.stdout.write(json ? `${JSON.stringify(await readyLine(server))}\n` : await welcome(server));
  });
}

type Row = (typeof settings)[keyof typeof settings] & {
  placeholder?: string;
  default?: unknown;
  mode?: string;
  range?: readonly [number, number];
};

function optionOf(name: string, row: Row): Option {
  const flags = row.kind === 'flag' ? `--${row.flag}` : `--${row.flag} <${row.placeholder}>`;
  const notes = [
    row.mode && `${row.mode} mode`,
    row.range && `${row.range.join(' to ')}`,
    row.default !== undefined && `default: ${row.default}`,
  ].filter(Boolean);
  const option = new Option(flags, notes.length > 0 ? `${row.description} (${notes.join(', ')})` : row.description);
  if (option.attributeName() !== name) throw new Error(`the flag --${row.flag} does not spell the setting ${name}`);
  const parse = parserOf(row);
  if (parse) option.argParser(parse);
  return option;
}

/** Undefined for what is taken as it is written. */
function parserOf({ kind, range }: Row): ((text: string, before: unknown) => unknown) | undefined {
  if (kind === 'texts') return (text, before) => [...((before as string[] | undefined) ?? []), text];
  const bounds = kind === 'port' ? ([0, 65_535] as const) : range;
  return bounds && ((text) => wholeNumber(text, bounds));
}

function wholeNumber(text: string, [least, most]: readonly [number, number]): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
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

async function readyLine(server: Server): Promise<Record<string, unknown>> {
  const { url, plainUrl, development } = server;
  if (!development) return { url, plainUrl };
  const { caFile, tenantId, settingsId, profiles } = development;
  return { url, plainUrl, caFile, tenantId, token: await development.token(), settingsId, profiles };
}
