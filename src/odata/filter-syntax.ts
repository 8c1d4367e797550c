// The syntax of expressions: tokens → a tree that knows no model yet.
//
//   orderby   = item *( ',' item )
//   item      = expr [ 'asc' / 'desc' ]
//   expr      = or
//   or        = and *( 'or' and )
//   and       = equality *( 'and' equality )
//   equality  = relation *( ( 'eq' / 'ne' ) relation )
//   relation  = sum *( ( 'gt' / 'ge' / 'lt' / 'le' ) sum )
//   sum       = product *( ( 'add' / 'sub' ) product )
//   product   = unary *( ( 'mul' / 'div' / 'divby' / 'mod' ) unary )
//   unary     = '-' unary / 'not' equality / member
//   member    = primary *( ( 'has' / 'in' ) primary )
//   primary   = literal / alias / '(' expr *( ',' expr ) ')' / '[' [ element *( ',' element ) ] ']' / path
//   element   = jsonString / expr
//   path      = name [ call ] *( '/' name [ call ] ) [ '/' '$count' '(' '$filter' '=' expr ')' ]
//   call      = '(' [ arguments ] ')'
//   arguments = ( name ':' expr ) / expr *( ',' expr )
//
// (OData ABNF 4.01, boolCommonExpr and commonExpr; precedence: URL conventions, section 5.1.1.17, but that `not` takes the
// whole comparison behind it, as the ABNF has it: `not a eq b` would compare a Boolean with what hardly ever is one.)
import { type Budget, type Clause, invalid, notSupported } from './clause.js';
import { type Token, tokenize } from './filter-lexer.js';

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

/** Binary operators from the loosest to the tightest. */
const binaryLevels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['eq', 'ne'],
  ['gt', 'ge', 'lt', 'le'],
  ['add', 'sub'],
  ['mul', 'div', 'divby', 'mod'],
];
const equalityLevel = 2;

/** A key of `$orderby`. */
export interface OrderItem {
  readonly key: Syntax;
  readonly descending: boolean;
}

/**
 * The tree of an expression. Refuses: `filterInvalid`, `filterNotSupported`, `filterTooDeep`, `filterTooLarge`,
 * `filterListTooLong`.
 */
export function parseSyntax(text: string, clause: Clause, budget: Budget): Syntax {
  return new Parser(text, clause, budget).parse();
}

/** The keys of `$orderby`, one at least. Refuses what `parseSyntax` does. */
export function parseOrderSyntax(text: string, budget: Budget): OrderItem[] {
  return new Parser(text, 'orderby', budget).parseOrder();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #clause: Clause;
  readonly #budget: Budget;
  #next = 0;
  #depth = 0;

  constructor(text: string, clause: Clause, budget: Budget) {
    this.#tokens = tokenize(text, clause);
    this.#clause = clause;
    this.#budget = budget;
  }

  parse(): Syntax {
    const whole = this.#expression();
    this.#end();
    return whole;
  }

  parseOrder(): OrderItem[] {
    const items: OrderItem[] = [];
    do {
      const key = this.#expression();
      const direction = this.#peek().kind === 'name' ? this.#take() : undefined;
      const word = direction?.text.toLowerCase() ?? 'asc';
      if (direction && word !== 'asc' && word !== 'desc') {
        throw this.#invalid(`'${direction.text}' is neither asc nor desc`, direction.position);
      }
      items.push({ key, descending: word === 'desc' });
    } while (this.#takeMark(','));
    this.#end();
    return items;
  }

  #end(): void {
    const { kind, text, position } = this.#peek();
    if (kind !== 'end') throw this.#invalid(`'${text}' is not expected`, position);
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
    return this.#member();
  }

  #member(): Syntax {
    let left = this.#primary();
    for (;;) {
      const { kind, text, position } = this.#peek();
      const operator = text.toLowerCase();
      if (kind !== 'name' || (operator !== 'has' && operator !== 'in')) return left;
      this.#next++;
      const right = operator === 'in' ? this.#list() : this.#primary();
      left = this.#node({ kind: 'binary', operator, left, right, position });
    }
  }

  /** What stands behind `in`: a list, of one item too, or something that is one. */
  #list(): Syntax {
    const { kind, text, position } = this.#peek();
    if (kind !== 'mark' || text !== '(') return this.#primary();
    const items = this.#arguments(() => this.#item(() => this.#expression()));
    return { kind: 'list', items, position };
  }

  /** An item that is a literal counts among the items alone. */
  #item(parse: () => Syntax): Syntax {
    this.#budget.takeItem();
    const item = parse();
    if (item.kind === 'literal') this.#budget.takeNodes(-1);
    return item;
  }

  #primary(): Syntax {
    const token = this.#peek();
    if (token.kind === 'end') throw this.#invalid('an expression is missing', token.position);
    if (token.kind === 'name') return isWord(token) ? this.#literal() : this.#path();
    if (token.kind === 'jsonString') throw this.#invalid('a string stands in single quotes', token.position);
    if (token.kind !== 'mark') return this.#literal();
    if (token.text === '[') return this.#array();
    if (token.text !== '(') throw this.#invalid(`'${token.text}' is not expected`, token.position);
    const items = this.#arguments(() => this.#expression());
    const [only] = items;
    if (!only) throw this.#invalid('an expression is missing', token.position + 1);
    return items.length === 1 ? only : this.#node({ kind: 'list', items, position: token.position });
  }

  /** A list in JSON's form, whose texts stand in double quotes (OData ABNF 4.01, arrayOrObject). */
  #array(): Syntax {
    const { position } = this.#peek();
    const element = (): Syntax => (this.#peek().kind === 'jsonString' ? this.#jsonString() : this.#expression());
    const items = this.#arguments(() => this.#item(element), ']');
    return { kind: 'list', items, position };
  }

  #jsonString(): Syntax {
    const { text, position } = this.#take();
    let value: string;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.#invalid('a string in double quotes is malformed', position);
    }
    if (value.includes('\0')) throw this.#invalid('the character U+0000 is not allowed', position);
    return this.#node({ kind: 'literal', token: { kind: 'string', text: value, position } });
  }

  #literal(): Syntax {
    return this.#node({ kind: 'literal', token: this.#take() });
  }

  #path(): Syntax {
    const { position } = this.#peek();
    const segments: Segment[] = [];
    do {
      const { kind, text, position: at } = this.#take();
      if (kind !== 'name') throw this.#invalid('a name is missing', at);
      if (!this.#isMark('(')) segments.push({ name: text, arguments: undefined });
      else segments.push(text.startsWith('$') ? this.#filtered(text) : this.#call(text));
    } while (this.#takeMark('/'));
    return this.#node({ kind: 'path', segments, position });
  }

  /** `$count($filter=…)` */
  #filtered(name: string): Segment {
    if (name.toLowerCase() !== '$count') throw notSupported(this.#clause, `${name} with options`);
    const items = this.#arguments(() => {
      const { kind, text, position } = this.#take();
      if (kind !== 'name' || !this.#takeMark('=')) throw this.#invalid('$filter= is expected', position);
      const option = `$${text.toLowerCase().replace(/^\$/, '')}`;
      if (option !== '$filter') throw notSupported(this.#clause, `$count with ${option}`);
      const condition = this.#expression();
      if (this.#isMark(';')) throw notSupported(this.#clause, '$count with more options than $filter');
      return condition;
    });
    return { name, arguments: items };
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
      if (this.#isMark(':')) throw notSupported(this.#clause, name);
      return item;
    });
    return { name, arguments: items, variable };
  }

  /** What stands in parentheses or brackets, comma-separated; nothing is possible. */
  #arguments(parseOne: () => Syntax, close = ')'): Syntax[] {
    this.#next++;
    const items: Syntax[] = [];
    if (this.#takeMark(close)) return items;
    this.#deeper(() => {
      do items.push(parseOne());
      while (this.#takeMark(','));
    });
    const { position } = this.#peek();
    if (!this.#takeMark(close)) throw this.#invalid(`'${close}' is missing`, position);
    return items;
  }

  /** Every way into the recursion that a filter's text can lengthen at will passes here. */
  #deeper<T>(parse: () => T): T {
    this.#budget.checkDepth(++this.#depth);
    const result = parse();
    this.#depth--;
    return result;
  }

  #node(syntax: Syntax): Syntax {
    this.#budget.takeNodes();
    return syntax;
  }

  #invalid(reason: string, position: number): Error {
    return invalid(this.#clause, reason, position);
  }

  #peek(): Token {
    const token = this.#tokens[this.#next];
    if (!token) throw new Error('read past the end of an expression');
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
