// `offshoot config`: what the settings come to, before a server has to live with them.
import type { Command } from 'commander';
import { describeProblem, gatherSettings, type SettingProblem } from '../config/index.js';
import { readLimits } from '../limits/index.js';
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
    .action(async () => {
      const { values, places, file, problems: found } = gatherSettings(sourcesOf(check));
      const place = places.get('limits') ?? '--limits';
      const unusable = (error: Error): SettingProblem[] => [{ place, reason: error.message }];
      const problems = [...found, ...(await readLimits(values.limits ?? 'none').then(() => [], unusable))];
      for (const problem of problems) process.stderr.write(`${describeProblem(problem)}\n`);
      if (problems.length > 0) process.exitCode = 1;
      else process.stdout.write(`The settings are right: ${places.size} given${file ? `, ${file} read` : ''}.\n`);
    });
}
