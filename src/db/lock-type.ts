/** A lock that is held; it also ends with the process, however that ends. */
export interface DataLock {
  /** False once it was lost, as a connection can be. */
  held: () => boolean;
  release: () => void | Promise<void>;
}
