// The tokens of an expression: of $filter, $orderby and the aliases in them.
import { type Clause, invalid } from './clause.js';

export type TokenKind =
  | 'string'
  | 'jsonString'
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

/** The first that matches wins, so the longer forms stand first (OData ABNF 4.01, primitiveLiteral). */
const forms: readonly (readonly [TokenKind | 'space', RegExp])[] = [
  ['space', /[ \t]+/y],
  ['guid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/iy],
  ['instant', /-?\d{4,}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+ -]\d\d:\d\d)?/iy],
  ['date', /-?\d{4,}-\d\d-\d\d(?![\w-])/y],
  ['timeOfDay', /\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?![\w:])/y],
  ['number', /(?:-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|INF)|NaN)(?![\w.])/iy],
  ['typedLiteral', /([A-Za-z_][\w.]*)'((?:[^']|'')*)'/y],
  ['string', /'((?:[^']|'')*)'/y],
  ['jsonString', /"(?:[^"\\]|\\.)*"/y],
  ['name', /\$?[A-Za-z_][\w.]*/y],
  ['alias', /@[A-Za-z_]\w*/y],
  ['mark', /[()[\],:/*=;-]/y],
];

/** Splits the text of a clause into its tokens; the last is `end`. Refuses: `filterInvalid`. */
export function tokenize(text: string, clause: Clause): Token[] {
  const nul = text.indexOf('\0');
  if (nul >= 0) throw invalid(clause, 'the character U+0000 is not allowed', nul);
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const found = firstForm(text, position);
    if (!found) {
      const reason = text[position] === "'" ? 'a string does not end' : 'a character that has no meaning here';
      throw invalid(clause, reason, position);
    }
    const [kind, match] = found;
    if (kind === 'typedLiteral') {
      tokens.push({ kind, typeName: match[1] ?? '', text: unquote(match[2]), position });
    } else if (kind === 'string') tokens.push({ kind, text: unquote(match[1]), position });
    else if (kind !== 'space') tokens.push({ kind, text: match[0], position });
    position += match[0].length;
  }
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}

function firstForm(text: string, position: number): [TokenKind | 'space', RegExpExecArray] | undefined {
  for (const [kind, form] of forms) {
    form.lastIndex = position;
    const match = form.exec(text);
    if (match) return [kind, match];
  }
  return undefined;
}

function unquote(text = ''): string {
  return text.replaceAll("''", "'");
}
