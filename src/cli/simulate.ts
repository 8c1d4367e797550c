// `offshoot simulate`: the rules of a running development server.
import { text as readAll } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readNamedFile } from '../base/index.js';
import { simulatedLicenses, type ToldSimulation } from '../simulation/index.js';
import { addServerOptions, askServer, type ServerOptions } from './development-server.js';

const path = 'simulation';

interface RuleOptions extends ServerOptions {
  readonly name?: string;
  readonly method?: readonly string[];
  readonly path?: string;
  readonly share?: number;
  readonly times?: number;
  readonly throttle?: number;
  readonly error?: number;
  readonly retryAfter?: number;
  readonly latency?: number | readonly number[];
  readonly license?: string;
  readonly eventualDelay?: number;
}

export function addSimulate(program: Command): void {
  const simulate = program
    .command('simulate')
    .description('throttling, errors, latency, licences and eventual delay of a running development server')
    .helpCommand(false);

  addServerOptions(simulate.command('list'))
    .description('list the rules, each with the requests that it was for and had its effect on')
    .option('--json', 'one JSON object, which `set` takes')
    .action(async ({ json, ...server }: ServerOptions & { json?: boolean }) => {
      const told = (await askServer(server, 'GET', path)) as ToldSimulation;
      process.stdout.write(json ? `${JSON.stringify(told)}\n` : describe(told));
    });

  addServerOptions(simulate.command('set'))
    .description('set the seed and all rules, and begin anew')
    .argument(
      '<file>',
      'JSON: {"seed": 1, "rules": [{"method": "PATCH", "throttle": 2, "times": 1}]}; - is standard input',
    )
    .action(async (file: string, server: ServerOptions) => {
      const rules = file === '-' ? await readAll(process.stdin) : await readNamedFile(file);
      process.stdout.write(describe((await askServer(server, 'PUT', path, rules)) as ToldSimulation));
    });

  addServerOptions(simulate.command('add'))
    .description('add a rule behind the others; it has one effect')
    .option('--throttle <seconds>', 'effect: 429 with these in Retry-After', number)
    .option('--error <status>', 'effect: the status', number)
    .option('--latency <milliseconds>', 'effect: the request waits, such as 200 or 100-400', range)
    .addOption(new Option('--license <license>', "effect: the tenant's licence").choices(simulatedLicenses))
    .option('--eventual-delay <milliseconds>', 'effect: reads see a write only after that time', number)
    .option('--retry-after <seconds>', 'with --error: Retry-After', number)
    .option('--method <method>', 'for requests of the method; may be repeated', collect)
    .option('--path <pattern>', 'for paths below /beta: * is one segment, ** any number')
    .option('--share <share>', 'for that share of them, 0 to 1', number)
    .option('--times <count>', 'so often, then no more', number)
    .option('--name <name>', 'a name for people')
    .action(async ({ data, url, token, ...rule }: RuleOptions) => {
      const server = { data, ...(url !== undefined && { url }), ...(token !== undefined && { token }) };
      process.stdout.write(describe((await askServer(server, 'POST', path, rule)) as ToldSimulation));
    });

  addServerOptions(simulate.command('clear'))
    .description('clear all rules')
    .action(async (server: ServerOptions) => void (await askServer(server, 'DELETE', path)));
}

function describe({ seed, rules }: ToldSimulation): string {
  if (rules.length === 0) return 'Nothing is simulated.\n';
  const lines = rules.map(({ matched, applied, ...rule }, index) => {
    return `${index + 1}  ${JSON.stringify(rule)}  on ${applied} of ${matched}\n`;
  });
  return `seed ${seed}\n${lines.join('')}`;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The server knows the ranges. */
function number(text: string): number {
  if (/^\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number.');
}

function range(text: string): number | readonly number[] {
  const [least = '', most] = text.split('-', 2);
  return most === undefined ? number(least) : [number(least), number(most)];
}
