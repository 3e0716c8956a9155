/** The delivery is not stored: it is answered 503, and its sender comes again. `cause` is why. */
export class StoreFailure extends Error {
  constructor(cause: unknown) {
    super('the inbox could not store the delivery', { cause });
  }
}
