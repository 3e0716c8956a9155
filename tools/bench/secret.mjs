/** The secret of the comparison: every library gets the bytes of this text. */
export const SECRET = 'a-secret-of-32-bytes-for-the-bench';
