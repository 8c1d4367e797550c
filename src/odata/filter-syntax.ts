// A filter's syntax: tokens → a tree that knows no model yet.
//
//   expr      = or
//   or        = and *( 'or' and )
//   and       = equality *( 'and' equality )
//   equality  = relation *( ( 'eq' / 'ne' ) relation )
//   relation  = sum *( ( 'gt' / 'ge' / 'lt' / 'le' / 'has' / 'in' ) sum )
//   sum       = product *( ( 'add' / 'sub' ) product )
//   product   = unary *( ( 'mul' / 'div' / 'divby' / 'mod' ) unary )
//   unary     = '-' unary / 'not' equality / primary
//   primary   = literal / alias / '(' expr *( ',' expr ) ')' / path
//   path      = name [ '(' [ arguments ] ')' ] *( '/' name [ '(' [ arguments ] ')' ] )
//   arguments = ( name ':' expr ) / expr *( ',' expr )
//
// (OData ABNF 4.01, boolCommonExpr and commonExpr; precedence: URL conventions, section 5.1.1.17, but that `not` takes the
// whole comparison behind it, as the ABNF has it: `not a eq b` would compare a Boolean with what hardly ever is one.)
import { GraphError } from '../base/index.js';
import { invalid, notSupported, type Token, tokenize } from './filter-lexer.js';

export type Syntax =
  | { readonly kind: 'literal'; readonly token: Token }
  | { readonly kind: 'path'; readonly segments: readonly Segment[]; readonly position: number }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Syntax;
      readonly right: Syntax;
      readonly position: number;
    }
  | { readonly kind: 'unary'; readonly operator: 'not' | '-'; readonly operand: Syntax; readonly position: number }
  | { readonly kind: 'list'; readonly items: readonly Syntax[]; readonly position: number };

/** A name in a path; with arguments it is a call, and `variable` is that of a lambda. */
export interface Segment {
  readonly name: string;
  readonly arguments: readonly Syntax[] | undefined;
  readonly variable?: string | undefined;
}

/** Deepest nesting, and most nodes, of one filter. SQLite's parser ends near 90 levels of what a filter becomes. */
const maximumDepth = 64;
const maximumNodes = 500;

/** Binary operators from the loosest to the tightest. */
const binaryLevels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['eq', 'ne'],
  ['gt', 'ge', 'lt', 'le', 'has', 'in'],
  ['add', 'sub'],
  ['mul', 'div', 'divby', 'mod'],
];
const equalityLevel = 2;

/** Refuses: `filterInvalid`, `filterNotSupported`, `filterTooDeep`, `filterTooLarge`. */
export function parseSyntax(text: string): Syntax {
  return new Parser(tokenize(text)).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Syntax {
    const whole = this.#expression();
    const { kind, text, position } = this.#peek();
    if (kind !== 'end') throw invalid(`'${text}' is not expected`, position);
    return whole;
  }

  #expression(): Syntax {
    return this.#binary(0);
  }

  #binary(level: number): Syntax {
    const operators = binaryLevels[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const { kind, text, position } = this.#peek();
      const operator = text.toLowerCase();
      if (kind !== 'name' || !operators.includes(operator)) return left;
      this.#next++;
      const right = this.#binary(level + 1);
      left = this.#node({ kind: 'binary', operator, left, right, position });
    }
  }

  #unary(): Syntax {
    const { kind, text, position } = this.#peek();
    if (kind === 'mark' && text === '-') {
      this.#next++;
      return this.#node({ kind: 'unary', operator: '-', operand: this.#deeper(() => this.#unary()), position });
    }
    if (kind === 'name' && text.toLowerCase() === 'not') {
      this.#next++;
      const operand = this.#deeper(() => this.#binary(equalityLevel));
      return this.#node({ kind: 'unary', operator: 'not', operand, position });
    }
    return this.#primary();
  }

  #primary(): Syntax {
    const token = this.#peek();
    if (token.kind === 'end') throw invalid('an expression is missing', token.position);
    if (token.kind === 'name') return isWord(token) ? this.#literal() : this.#path();
    if (token.kind !== 'mark') return this.#literal();
    if (token.text === '[') throw notSupported('a list in brackets');
    if (token.text !== '(') throw invalid(`'${token.text}' is not expected`, token.position);
    const items = this.#arguments(() => this.#expression());
    const [only] = items;
    if (!only) throw invalid('an expression is missing', token.position + 1);
    return items.length === 1 ? only : this.#node({ kind: 'list', items, position: token.position });
  }

  #literal(): Syntax {
    return this.#node({ kind: 'literal', token: this.#take() });
  }

  #path(): Syntax {
    const { position } = this.#peek();
    const segments: Segment[] = [];
    do {
      const { kind, text, position: at } = this.#take();
      if (kind !== 'name') throw invalid('a name is missing', at);
      segments.push(this.#isMark('(') ? this.#call(text) : { name: text, arguments: undefined });
    } while (this.#takeMark('/'));
    return this.#node({ kind: 'path', segments, position });
  }

  #call(name: string): Segment {
    let variable: string | undefined;
    const items = this.#arguments(() => {
      const [first, second] = [this.#peek(), this.#tokens[this.#next + 1]];
      if (first.kind === 'name' && second?.kind === 'mark' && second.text === ':') {
        variable = first.text;
        this.#next += 2;
      }
      const item = this.#expression();
      // `case(a:b,…)` alone has pairs.
      if (this.#isMark(':')) throw notSupported(name);
      return item;
    });
    return { name, arguments: items, variable };
  }

  /** What stands in parentheses, comma-separated; nothing is possible. */
  #arguments(parseOne: () => Syntax): Syntax[] {
    this.#next++;
    const items: Syntax[] = [];
    if (this.#takeMark(')')) return items;
    this.#deeper(() => {
      do items.push(parseOne());
      while (this.#takeMark(','));
    });
    const { position } = this.#peek();
    if (!this.#takeMark(')')) throw invalid("')' is missing", position);
    return items;
  }

  /** Every way into the recursion that a filter's text can lengthen at will passes here. */
  #deeper<T>(parse: () => T): T {
    if (++this.#depth > maximumDepth) {
      throw new GraphError('filterTooDeep', { target: '$filter', values: { limit: maximumDepth } });
    }
    const result = parse();
    this.#depth--;
    return result;
  }

  #node(syntax: Syntax): Syntax {
    if (++this.#nodes > maximumNodes) {
      throw new GraphError('filterTooLarge', { target: '$filter', values: { limit: maximumNodes } });
    }
    return syntax;
  }

  #peek(): Token {
    const token = this.#tokens[this.#next];
    if (!token) throw new Error('read past the end of a filter');
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  #isMark(text: string): boolean {
    const token = this.#peek();
    return token.kind === 'mark' && token.text === text;
  }

  #takeMark(text: string): boolean {
    if (!this.#isMark(text)) return false;
    this.#next++;
    return true;
  }
}

/** The words that are literals, in any case as all of OData's words (protocol 4.01, section 13.2). */
function isWord({ text }: Token): boolean {
  return ['true', 'false', 'null'].includes(text.toLowerCase());
}
