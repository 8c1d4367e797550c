// A group of units as it crosses to the thread that writes: one flat array, in which no object costs more than what it holds.
import type { WriteStatement } from './apply-group.js';
import type { Scalar } from './queries.js';

type Units = readonly (readonly WriteStatement[])[];

/** How many units, and of each: how many statements, and of each what `pack` puts. */
export type GroupMessage = readonly Scalar[];

/** Packs for one receiver, who is told each text once and its number from then on: no text holds a value, so they are few. */
export function openPacker(): (units: Units) => GroupMessage {
  const numbers = new Map<string, number>();
  return (units) => {
    const message: Scalar[] = [units.length];
    for (const statements of units) {
      message.push(statements.length);
      for (const { sql, parameters, changes, otherwise, chain, wholeStore } of statements) {
        const number = numbers.get(sql);
        if (number === undefined) numbers.set(sql, numbers.size);
        message.push(number ?? sql, changes, otherwise, chain ?? wholeStore ?? null, parameters.length, ...parameters);
      }
    }
    return message;
  };
}

/** Unpacks all that one packer has packed, in its order. */
export function openUnpacker(): (message: GroupMessage) => Units {
  const texts: string[] = [];
  const textOf = (told: Scalar | undefined): string => {
    if (typeof told === 'number') return texts[told] ?? '';
    texts.push(String(told));
    return String(told);
  };
  return (message) => {
    let at = 1;
    const statement = (): WriteStatement => {
      const [told, changes, otherwise, chain, length] = message.slice(at, at + 5);
      const begin = at + 5;
      at = begin + Number(length);
      return {
        sql: textOf(told),
        parameters: message.slice(begin, at),
        changes: changes === 'any' ? 'any' : Number(changes),
        otherwise: otherwise === 'done' ? 'done' : 'conflict',
        ...(typeof chain === 'string' && { chain }),
        // No event goes into a chain by a statement that concerns the whole store.
        ...(chain === true && { wholeStore: true }),
      };
    };
    const unit = (): WriteStatement[] => Array.from({ length: Number(message[at++]) }, statement);
    return Array.from({ length: Number(message[0]) }, unit);
  };
}
