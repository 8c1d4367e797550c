// Which addresses are this machine alone.

/** Whether an address to listen on, or the name in a Host header (IPv6 in brackets or not), is this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
