// The lines of a stream. Each ends with a line feed and nothing else: a JSON text may have the other ends of lines in it.

/** Longest line, in bytes, that is taken for one. */
const longestLine = 64 * 1024 * 1024;

/** Without their ends; the last may have none. Refuses (RangeError) a line of more than 64 MiB. */
export async function* linesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]);
      start = end + 1;
      rest = [];
      length = 0;
    }
    rest.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > longestLine) throw new RangeError('a line has no end');
  }
  if (length > 0) yield Buffer.concat(rest);
}

/**
 * The JSON text as one line for everybody who reads it: JSON lets stand in texts what some programs take for the end of a
 * line (U+0085, U+2028, U+2029) and what steers terminals (U+007F to U+009F). Escaped, it means the same.
 */
export function oneLine(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
