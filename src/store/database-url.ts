// Where a store is: a SQLite file's path, or the URL of a PostgreSQL database.

export function isDatabaseUrl(path: string): boolean {
  return /^postgres(ql)?:\/\//i.test(path);
}

/** The URL as messages may tell it. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'postgres://…';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
