#!/usr/bin/env node
// The command line: which commands there are, and how their outcome becomes an exit code.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { isSystemError, reasonOf } from '../base/index.js';
import { SettingsError } from '../config/index.js';
import { useServersStore } from './setting-options.js';

/** Each is loaded when it is asked for: a server starts with what it needs. */
const commands = {
  serve: async () => (await import('./serve.js')).addServe,
  config: async () => (await import('./config.js')).addConfig,
  token: async () => (await import('./token.js')).addToken,
  tenant: async () => (await import('./tenant.js')).addTenant,
  app: async () => (await import('./app.js')).addApp,
  user: async () => (await import('./user.js')).addUser,
  'sign-in': async () => (await import('./sign-in.js')).addSignIn,
  simulate: async () => (await import('./simulate.js')).addSimulate,
  state: async () => (await import('./state.js')).addState,
  backup: async () => (await import('./backup.js')).addBackup,
  restore: async () => (await import('./backup.js')).addRestore,
  check: async () => (await import('./check.js')).addCheck,
  audit: async () => (await import('./audit.js')).addAudit,
} as const satisfies Readonly<Record<string, () => Promise<(program: Command) => void>>>;

type CommandName = keyof typeof commands;

const usageError = 2;
const failure = 1;

let serving = false;

// A reader that goes away (a closed pipe), or a full disk, must not take the server along.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ENOSPC') throw error;
    // What another command has to say is what it is for: a secret that is shown once, the seals for an anchor.
    if (error.code === 'ENOSPC' && stream === process.stdout && !serving && process.exitCode !== failure) {
      process.stderr.write('offshoot: Standard output cannot be written: the disk is full.\n');
      process.exitCode = failure;
    }
  });
}

/** Of the package, whose file lies two folders above the compiled program. */
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

const program = new Command('offshoot')
  .description('A self-hosted server for derived credentials that speaks the Microsoft Graph /beta Intune API')
  .version(version)
  .helpCommand(false)
  .showHelpAfterError('(--help tells what there is)')
  .exitOverride()
  .hook('preAction', (_program, command) => {
    serving = command.name() === 'serve';
    useServersStore(command);
  });
for (const name of named(process.argv[2])) {
  const add = await commands[name]();
  add(program);
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has said already what is wrong; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
  process.stderr.write(`offshoot: ${sentenceOf(error)}\n`);
  return error instanceof SettingsError ? usageError : failure;
}

/** The command of that name; all of them for help, and for a name that is none. */
function named(name = ''): readonly CommandName[] {
  const names = Object.keys(commands) as CommandName[];
  const found = names.find((each) => each === name);
  return found ? [found] : names;
}

function sentenceOf(error: unknown): string {
  if (!isSystemError(error)) return error instanceof Error ? error.message : String(error);
  const { path = error.syscall } = error;
  return `'${path}': ${reasonOf(error)}.`;
}
