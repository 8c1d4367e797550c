#!/usr/bin/env node
// The command line: which commands there are, and how their outcome becomes an exit code.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { SettingsError } from '../config/index.js';
import { addApp } from './app.js';
import { addAudit } from './audit.js';
import { addBackup } from './backup.js';
import { addCheck } from './check.js';
import { addConfig } from './config.js';
import { addServe } from './serve.js';
import { useServersStore } from './setting-options.js';
import { addSignIn } from './sign-in.js';
import { addSimulate } from './simulate.js';
import { addState } from './state.js';
import { addTenant } from './tenant.js';
import { addToken } from './token.js';
import { addUser } from './user.js';

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
addServe(program);
addConfig(program);
addToken(program);
addTenant(program);
addApp(program);
addUser(program);
addSignIn(program);
addSimulate(program);
addState(program);
addBackup(program);
addCheck(program);
addAudit(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has said already what is wrong; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
  process.stderr.write(`offshoot: ${error instanceof Error ? error.message : String(error)}\n`);
  return error instanceof SettingsError ? usageError : failure;
}
