// The form of the pages that are made from the code.

export function page(title: string, lead: string, body: string): string {
  return `<!-- Made by \`npm run docs\` from the code. Do not edit. -->\n# ${title}\n\n${lead}\n\n${body}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
