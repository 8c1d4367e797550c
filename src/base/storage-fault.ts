// What is wrong with the storage rather than with the program.

/**
 * Why the storage cannot be used, in the word that health and logs say: no room is left; it may not be written; another
 * process holds it; what is in it cannot be read as what it was; the disk, or the thread that writes, fails; the
 * database server does not answer.
 */
export type StorageTrouble = 'full' | 'readOnly' | 'locked' | 'damaged' | 'failing' | 'unreachable';

/**
 * A fault that goes away when the storage is well again. Nothing was written in half, but whether a write was made is
 * not known: the audit event with the request's id tells.
 */
export class StorageFault extends Error {
  readonly trouble: StorageTrouble;

  constructor(trouble: StorageTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageFault';
    this.trouble = trouble;
  }
}
