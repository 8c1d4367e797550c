// A Dockerfile as a list of instructions, and what its instructions do to folders in place of an image: enough for ours.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

export interface Image {
  /** Stands for the root of the image's file system; what the base image has is not in it. */
  readonly root: string;
  readonly environment: Record<string, string>;
  user?: string;
  entrypoint: readonly string[];
  command: readonly string[];
}

export function instructionsOf(dockerfile: string): readonly Instruction[] {
  const lines = dockerfile
    .replace(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, keyword = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? assert.fail(line);
      return { keyword, text: text.trim().replace(/ {2,}/g, ' ') };
    });
}

/**
 * Carries out the stages in folders below `folder`, from the files of `context`, and answers the last one. `runs` may do
 * in its own way what a RUN says, and answers whether it did.
 */
export async function build(
  instructions: readonly Instruction[],
  context: string,
  folder: string,
  runs: (text: string, cwd: string) => Promise<boolean>,
): Promise<Image> {
  const stages = new Map<string, Image>();
  let image: Image | undefined;
  let workdir = '/';
  for (const { keyword, text } of instructions) {
    if (keyword === 'ARG') continue;
    if (keyword === 'FROM') {
      const name = / AS (\w+)$/.exec(text)?.[1] ?? 'last';
      image = { root: join(folder, name), environment: {}, entrypoint: [], command: [] };
      stages.set(name, image);
      workdir = '/';
      continue;
    }
    assert.ok(image);
    const { root } = image;
    if (keyword === 'WORKDIR') {
      workdir = text;
      await mkdir(join(root, workdir), { recursive: true });
    } else if (keyword === 'COPY') {
      const words = text.split(' ').filter((word) => !word.startsWith('--from='));
      const from = stages.get(/--from=(\w+)/.exec(text)?.[1] ?? '')?.root ?? context;
      const [target = '', ...sources] = words.toReversed();
      for (const source of sources) {
        const to = join(root, workdir, target, target.endsWith('/') ? basename(source) : '');
        await cp(join(from, source), to, { recursive: true });
      }
    } else if (keyword === 'RUN') {
      // What is done to the base image has nothing to be done to here.
      const cwd = join(root, workdir);
      if (workdir !== '/') (await runs(text, cwd)) || (await execute('sh', ['-c', text], { cwd }));
      else assert.doesNotMatch(text, /\/app/);
    } else if (keyword === 'ENV') {
      for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) image.environment[name] = value;
    } else if (keyword === 'USER') image.user = text;
    else if (keyword === 'ENTRYPOINT') image.entrypoint = JSON.parse(text);
    else if (keyword === 'CMD') image.command = JSON.parse(text);
    else assert.ok(['VOLUME', 'EXPOSE', 'HEALTHCHECK'].includes(keyword), keyword);
  }
  return image ?? assert.fail('no FROM');
}
