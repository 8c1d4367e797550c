// Where things stand in a JSON text, for those who have to mend it.

/** Line and column, both counted from 1: `3:14`. */
export type Place = string;

export interface Places {
  /** Of each key of the outermost object, `port`, and of the items of its lists, `audience[1]`. */
  readonly of: ReadonlyMap<string, Place>;
  /** Keys that are there again; the place is that of the second one. */
  readonly repeated: readonly { readonly key: string; readonly place: Place }[];
}

const token = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s"[\]{}:,]+/g;

/** The places in a text that is JSON. */
export function placesIn(text: string): Places {
  const found = new Map<string, Place>();
  const repeated: { key: string; place: Place }[] = [];
  let depth = 0;
  let key = '';
  let item = 0;
  let isKey = false;
  for (const { 0: word, index } of text.matchAll(token)) {
    if (word === ',' && depth === 2) item++;
    else if (word === '}' || word === ']') depth--;
    else if (word === ',' && depth === 1) isKey = true;
    else if (depth === 1 && isKey) {
      key = String(JSON.parse(word));
      if (found.has(key)) repeated.push({ key, place: placeAt(text, index) });
      found.set(key, placeAt(text, index));
      isKey = false;
      item = 0;
    } else {
      if (depth === 2 && word !== ':') found.set(`${key}[${item}]`, placeAt(text, index));
      if (word === '{' || word === '[') depth++;
      if (depth === 1 && word === '{') isKey = true;
    }
  }
  return { of: found, repeated };
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
