// $search: words and phrases → a condition on the name that entities are shown by.
//
//   search = or
//   or     = and *( 'OR' and )
//   and    = unary *( [ 'AND' ] unary )
//   unary  = 'NOT' unary / '(' search ')' / phrase / word
//   phrase = DQUOTE *( char / '\' DQUOTE / '\' '\' ) DQUOTE
//   word   = 1*( any character but space, parentheses and DQUOTE )
//
// (OData ABNF 4.01, searchExpr; AND, OR and NOT are operators in capitals alone. Protocol 4.01, section 11.2.6.6, leaves to
// the service what matches: here, displayName contains the word or phrase, A to Z in either case.)
import { GraphError } from '../base/index.js';
import { type EntityType, findByName, type Model } from '../edm/index.js';
import { declaredType, type Expression, primitiveType } from '../plan/index.js';
import { invalid, notSupported } from './clause.js';
import { type GivenContext, openScope, type Scope } from './expression-scope.js';
import { literal } from './filter-literals.js';

/** What is searched. */
const searched = 'displayName';

/**
 * A `$search` as a condition on entities of the type. Refuses: `filterInvalid`, `filterTooDeep`, `filterTooLarge`, and
 * on a type without a display name `optionNotSupported`.
 */
export function parseSearch(text: string, type: EntityType, model: Model, context: GivenContext): Expression {
  const property = type.properties.get(searched);
  if (!property) throw new GraphError('optionNotSupported', { target: '$search', values: { option: '$search' } });
  const scope = openScope('search', type, model, context);
  const name: Expression = {
    kind: 'call',
    function: 'tolower',
    arguments: [{ kind: 'propertyPath', of: scope.current, property }],
    type: primitiveType('Edm.String'),
  };
  return new SearchParser(text, scope, (word) => ({
    kind: 'call',
    function: 'contains',
    arguments: [
      name,
      literal(
        word.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
        'Edm.String',
      ),
    ],
    type: primitiveType('Edm.Boolean'),
  })).parse();
}

interface SearchToken {
  readonly kind: 'word' | 'phrase' | 'mark' | 'end';
  readonly text: string;
  readonly position: number;
}

class SearchParser {
  readonly #scope: Scope;
  readonly #tokens: readonly SearchToken[];
  readonly #match: (word: string) => Expression;
  #next = 0;
  #depth = 0;

  constructor(text: string, scope: Scope, match: (word: string) => Expression) {
    this.#scope = scope;
    this.#tokens = tokenizeSearch(text);
    this.#match = match;
  }

  parse(): Expression {
    const whole = this.#or();
    const { kind, text, position } = this.#peek();
    if (kind !== 'end') throw invalid('search', `'${text}' is not expected`, position);
    return whole;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#takeWord('OR')) left = this.#logical('or', left, this.#and());
    return left;
  }

  #and(): Expression {
    let left = this.#unary();
    for (;;) {
      const isWritten = this.#takeWord('AND');
      const { kind, text } = this.#peek();
      const ends = kind === 'end' || (kind === 'mark' && text === ')') || (kind === 'word' && text === 'OR');
      if (ends && !isWritten) return left;
      left = this.#logical('and', left, this.#unary());
    }
  }

  #unary(): Expression {
    if (this.#takeWord('NOT')) {
      this.#scope.budget.takeNodes();
      return this.#deeper(() => ({ kind: 'not', operand: this.#unary() }));
    }
    const { kind, text, position } = this.#peek();
    if (kind === 'mark' && text === '(') {
      this.#next++;
      const inner = this.#deeper(() => this.#or());
      const end = this.#peek();
      if (end.kind !== 'mark' || end.text !== ')') throw invalid('search', "')' is missing", end.position);
      this.#next++;
      return inner;
    }
    const isOperator = kind === 'word' && ['AND', 'OR'].includes(text);
    if (kind === 'end' || kind === 'mark' || isOperator) throw invalid('search', 'a word is missing', position);
    // Graph's directory objects have `"property:words"`, which other resources refuse.
    const named = kind === 'phrase' ? /^(\w+):/.exec(text)?.[1] : undefined;
    if (named && findByName(declaredType(this.#scope.current).properties, named))
      throw notSupported('search', `"${named}:…"`);
    this.#next++;
    this.#scope.budget.takeNodes();
    return this.#match(text);
  }

  #logical(operator: 'and' | 'or', left: Expression, right: Expression): Expression {
    this.#scope.budget.takeNodes();
    return { kind: 'logical', operator, left, right };
  }

  #deeper<T>(parse: () => T): T {
    this.#scope.budget.checkDepth(++this.#depth);
    const result = parse();
    this.#depth--;
    return result;
  }

  #takeWord(word: string): boolean {
    const { kind, text } = this.#peek();
    if (kind !== 'word' || text !== word) return false;
    this.#next++;
    return true;
  }

  #peek(): SearchToken {
    const token = this.#tokens[this.#next];
    if (!token) throw new Error('read past the end of a search');
    return token;
  }
}

const form = /([ \t]+)|"((?:[^"\\]|\\["\\])*)"|([()])|([^\s()"]+)/y;

function tokenizeSearch(text: string): SearchToken[] {
  const nul = text.indexOf('\0');
  if (nul >= 0) throw invalid('search', 'the character U+0000 is not allowed', nul);
  const tokens: SearchToken[] = [];
  let position = 0;
  while (position < text.length) {
    form.lastIndex = position;
    const [whole, space, phrase, mark, word] = form.exec(text) ?? [];
    if (whole === undefined) {
      const reason = text[position] === '"' ? 'a phrase does not end' : 'a character that has no meaning here';
      throw invalid('search', reason, position);
    }
    if (phrase !== undefined) tokens.push({ kind: 'phrase', text: phrase.replace(/\\(.)/g, '$1'), position });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, position });
    else if (space === undefined) tokens.push({ kind: 'word', text: word ?? '', position });
    position += whole.length;
  }
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}
