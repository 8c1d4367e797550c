// The texts of query options: what is separated by commas and semicolons, and what stands in parentheses.
import { GraphError } from '../base/index.js';

/** A refusal of an option's value: `optionInvalid`. */
export function invalidOption(option: string, reason: string): GraphError {
  return new GraphError('optionInvalid', { target: option, values: { option, reason } });
}

/** DEVIATION: an option that is not supported is refused by its name; Graph may ignore it in silence. */
export function unsupportedOption(option: string): GraphError {
  return new GraphError('optionNotSupported', { target: option, values: { option } });
}

/**
 * The parts between the separators that stand outside of parentheses and quotes, trimmed. A doubled quote inside a string
 * ends one string and begins the next, which comes to the same. `option` is named where quotes or parentheses do not match.
 */
export function splitOutside(text: string, separator: ',' | ';', option: string): string[] {
  const parts: string[] = [];
  let begin = 0;
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const mark = text[at] ?? '';
    if (quote !== '') {
      // In a phrase of `$search`, a backslash takes the meaning from the character behind it.
      if (mark === '\\' && quote === '"') at++;
      else if (mark === quote) quote = '';
    } else if (mark === "'" || mark === '"') quote = mark;
    else if (mark === '(') depth++;
    else if (mark === ')' && --depth < 0) break;
    else if (mark === separator && depth === 0) {
      parts.push(text.slice(begin, at).trim());
      begin = at + 1;
    }
  }
  if (quote !== '') throw invalidOption(option, 'a string does not end');
  if (depth !== 0) throw invalidOption(option, 'its parentheses do not match');
  return [...parts, text.slice(begin).trim()];
}

export interface Item {
  /** The names between the slashes. */
  readonly path: readonly string[];
  /** What stands in parentheses behind the path. */
  readonly inside: string | undefined;
}

/** The comma-separated paths of `$select` and `$expand`. Refuses: `optionInvalid`. */
export function readItems(text: string, option: string): Item[] {
  return splitOutside(text, ',', option).map((part) => {
    const open = part.indexOf('(');
    const path = open < 0 ? part : part.slice(0, open);
    // Quotes may hide parentheses that match nothing.
    const isWhole = open < 0 ? !part.includes(')') : part.endsWith(')');
    const inside = open < 0 ? undefined : part.slice(open + 1, -1);
    const names = isWhole ? path.split('/').map((name) => name.trim()) : [''];
    if (names.includes('')) throw invalidOption(option, 'it names a property without a name');
    return { path: names, inside };
  });
}
