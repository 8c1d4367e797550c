// Where things stand in a JSON text, for those who have to mend it.

/** Line and column, both counted from 1: `3:14`. */
export type Place = string;

export interface Places {
  /** Of each key, `port`, and of the items of lists, `audience[1]`, and what is in them, `issuer[0].claims.roles`. */
  readonly of: ReadonlyMap<string, Place>;
  /** Keys that their object has again; the place is that of the second one. */
  readonly repeated: readonly { readonly key: string; readonly place: Place }[];
}

const token = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s"[\]{}:,]+/g;

/** An object or a list that is open where the text is read. */
interface Open {
  readonly path: string;
  /** Of an object, the keys that it had so far; a list has none. */
  readonly keys: Set<string> | undefined;
  /** The key whose value comes next, or the number of the item. */
  next: string | number | undefined;
}

/** The places in a text that is JSON. */
export function placesIn(text: string): Places {
  const found = new Map<string, Place>();
  const repeated: { key: string; place: Place }[] = [];
  const stack: Open[] = [];
  for (const { 0: word, index } of text.matchAll(token)) {
    const open = stack.at(-1);
    if (word === '}' || word === ']') stack.pop();
    else if (word === ',' && open) open.next = typeof open.next === 'number' ? open.next + 1 : undefined;
    else if (word === ':') continue;
    else if (open?.keys && open.next === undefined) {
      open.next = String(JSON.parse(word));
      const path = pathOf(open);
      if (open.keys.has(open.next)) repeated.push({ key: path, place: placeAt(text, index) });
      open.keys.add(open.next);
      found.set(path, placeAt(text, index));
    } else {
      if (open && !open.keys) found.set(pathOf(open), placeAt(text, index));
      const path = open ? pathOf(open) : '';
      if (word === '{') stack.push({ path, keys: new Set(), next: undefined });
      if (word === '[') stack.push({ path, keys: undefined, next: 0 });
    }
  }
  return { of: found, repeated };
}

function pathOf({ path, keys, next }: Open): string {
  if (!keys) return `${path}[${next}]`;
  return path === '' ? String(next) : `${path}.${next}`;
}

/** The place of the character with that index. */
function placeAt(text: string, index: number): Place {
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  return `${line}:${index - before.lastIndexOf('\n')}`;
}

/** Where a text stops being JSON, from what the parser says of it; its end, where the parser does not say. */
export function placeOfSyntaxError(text: string, error: unknown): Place {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  return placeAt(text, position === undefined ? text.length : Number(position));
}
