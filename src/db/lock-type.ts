/** A lock that is held. It also ends with the process, however that ends. */
export interface DataLock {
  /** False once it was lost, as a connection can be. */
  held: () => boolean;
  release: () => void | Promise<void>;
}
