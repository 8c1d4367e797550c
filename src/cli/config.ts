// `offshoot config`: what the settings come to, before a server has to live with them.
import type { Command } from 'commander';
import { describeProblem, gatherSettings } from '../config/index.js';
import { addSettingOptions, sourcesOf } from './setting-options.js';

export function addConfig(program: Command): void {
  const config = program.command('config').description('look at settings without starting a server').helpCommand(false);
  const check = config
    .command('check')
    .description(
      'check what `serve` would take from the file, the environment and these options; exit code 1 if it is wrong',
    );
  addSettingOptions(check)
    .allowExcessArguments(false)
    .action(() => {
      const { places, file, problems } = gatherSettings(sourcesOf(check));
      for (const problem of problems) process.stderr.write(`${describeProblem(problem)}\n`);
      if (problems.length > 0) process.exitCode = 1;
      else process.stdout.write(`The settings are right: ${places.size} given${file ? `, ${file} read` : ''}.\n`);
    });
}
