// Which paths a rule is for.
//
//   pattern = *( '/' ( '*' / '**' / '{' name '}' / segment ) )
//
// `*` and `{id}` stand for one segment, `**` for any number of them. Segments compare in any case; a key in parentheses is a
// segment, as in Graph; the version is left out, and so is a cast to a type, unless the pattern has one.

/** Tells whether a request target, path and query or a whole URL, fits the pattern. */
export type MatchesRoute = (target: string) => boolean;

const castForm = /^microsoft\.graph\.\w+$/i;
/** Most segments of a path that are looked at: more than any resource has. */
const mostSegments = 32;

export function compileRoute(pattern: string): MatchesRoute {
  const wanted = segmentsOf(pattern);
  const withCasts = wanted.some((segment) => castForm.test(segment));
  return (target) => {
    const segments = segmentsOf(target, mostSegments);
    return fits(wanted, withCasts ? segments : segments.filter((segment) => !castForm.test(segment)));
  };
}

/** In lower case, without the version in front. */
function segmentsOf(target: string, most?: number): string[] {
  const [path = ''] = target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  const segments = path
    .split('/', most)
    .flatMap(withKeyApart)
    .filter((segment) => segment !== '');
  if (/^(beta|v1\.0)$/.test(segments[0] ?? '')) segments.shift();
  return segments;
}

/** `derivedCredentials('x')` is `derivedCredentials/x`. */
function withKeyApart(encoded: string): string[] {
  const segment = decode(encoded).toLowerCase();
  if (!segment.endsWith("')")) return [segment];
  const begin = segment.indexOf('(');
  const name = segment.slice(0, begin);
  const [, key] = /^\((?:id=)?'(.*)'\)$/s.exec(segment.slice(begin)) ?? [];
  return key === undefined ? [segment] : [name, key];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** In time of one length times the other, whatever the pattern. */
function fits(wanted: readonly string[], segments: readonly string[]): boolean {
  // reached[n]: the pattern so far fits the first n segments.
  let reached = segments.map(() => false);
  reached.unshift(true);
  for (const part of wanted) {
    const next = reached.map(() => false);
    for (let n = 0; n < reached.length; n++) {
      if (part === '**') next[n] = (reached[n] ?? false) || (n > 0 && (next[n - 1] ?? false));
      else if (n > 0) next[n] = (reached[n - 1] ?? false) && (isWildcard(part) || part === segments[n - 1]);
    }
    reached = next;
  }
  return reached.at(-1) ?? false;
}

function isWildcard(part: string): boolean {
  return part === '*' || (part.startsWith('{') && part.endsWith('}'));
}
