// The tokens of a filter.
import { GraphError } from '../base/index.js';

export type TokenKind =
  | 'string'
  | 'number'
  | 'guid'
  | 'instant'
  | 'date'
  | 'timeOfDay'
  | 'typedLiteral'
  | 'name'
  | 'alias'
  | 'mark';

export interface Token {
  readonly kind: TokenKind | 'end';
  /** As written; of a string, without its quotes and with doubled ones folded. */
  readonly text: string;
  /** Of a typed literal: the type before the quotes, `microsoft.graph.T` or `duration`. */
  readonly typeName?: string;
  /** Where it begins, from 0. */
  readonly position: number;
}

const quoted = "'((?:[^']|'')*)'";
/** The first that matches wins, so the longer forms stand first (OData ABNF 4.01, primitiveLiteral). */
const forms: readonly (readonly [TokenKind | 'space', RegExp])[] = [
  ['space', /[ \t]+/y],
  ['guid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/iy],
  ['instant', /-?\d{4,}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+ -]\d\d:\d\d)?/iy],
  ['date', /-?\d{4,}-\d\d-\d\d(?![\w-])/y],
  ['timeOfDay', /\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?![\w:])/y],
  ['number', /-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|INF|NaN)(?![\w.])/y],
  ['typedLiteral', new RegExp(`([A-Za-z_][\\w.]*)${quoted}`, 'y')],
  ['string', new RegExp(quoted, 'y')],
  ['name', /\$?[A-Za-z_][\w.]*/y],
  ['alias', /@[A-Za-z_]\w*/y],
  ['mark', /[()[\],:/*=-]/y],
];

/** Splits a filter into its tokens; the last is `end`. Refuses: `filterInvalid`. */
export function tokenize(text: string): Token[] {
  const nul = text.indexOf('\0');
  if (nul >= 0) throw invalid('the character U+0000 is not allowed', nul);
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const [kind, match] = longest(text, position);
    if (kind === 'typedLiteral') {
      tokens.push({ kind, typeName: match[1] ?? '', text: unquote(match[2]), position });
    } else if (kind === 'string') tokens.push({ kind, text: unquote(match[1]), position });
    else if (kind !== 'space') tokens.push({ kind, text: match[0], position });
    position += match[0].length;
  }
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}

function longest(text: string, position: number): [TokenKind | 'space', RegExpExecArray] {
  for (const [kind, form] of forms) {
    form.lastIndex = position;
    const match = form.exec(text);
    if (match) return [kind, match];
  }
  throw invalid(text[position] === "'" ? 'a string does not end' : 'a character that has no meaning here', position);
}

function unquote(text = ''): string {
  return text.replaceAll("''", "'");
}

export function invalid(reason: string, position: number): GraphError {
  return new GraphError('filterInvalid', { target: '$filter', values: { reason, position } });
}

/** What is OData, but not ours. */
export function notSupported(feature: string): GraphError {
  return new GraphError('filterNotSupported', { target: '$filter', values: { feature } });
}
