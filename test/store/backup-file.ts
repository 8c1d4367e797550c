// A backup's file as its lines, to look at and to forge.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

// biome-ignore lint/suspicious/noExplicitAny: a test knows what a line says
export type Line = any;

export function unpack(file: string): Line[] {
  return gunzipSync(readFileSync(file))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Writes the lines, the last of them an end that fits the others. */
export function pack(file: string, lines: readonly Line[]): void {
  const before = lines
    .filter((line) => !('end' in line))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
  const rows: Record<string, number> = {};
  for (const { table } of lines) if (table) rows[table] = (rows[table] ?? 0) + 1;
  const end = { rows, sha256: createHash('sha256').update(before).digest('hex') };
  writeFileSync(file, gzipSync(`${before}${JSON.stringify({ end })}\n`));
}
