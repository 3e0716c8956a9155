/** The texts that a field of an unsigned request may hold. */
export interface FieldDefinition {
  /** `'token'` is letters, digits and `-_=+/.`; `'visible'` is ASCII without spaces, `'text'` has them. */
  readonly alphabet: 'digits' | 'hex' | 'uuid' | 'base64' | 'base64url' | 'token' | 'visible' | 'text';
  /** The number of characters, or the least and the most. */
  readonly length: number | readonly [number, number];
}

/** A value of an answer that is computed. */
export interface ComputedDefinition {
  /** `'hmac'`: by the algorithm of the provider, with its newest secret. `'sha256'`: a plain digest. */
  readonly digest: 'hmac' | 'sha256';
  /**
   * The content of the digest: literals and fields (`'{challenge}'`); a plain digest also over `'{verifyToken}'` and
   * `'{url}'`, the address by the option `publicUrl`, without its query.
   */
  readonly of: readonly string[];
  /** `'utf8'` is for a scheme that is code, whose `answerChallenge` writes the text itself. */
  readonly encoding: 'hex' | 'base64' | 'base64url' | 'utf8';
  /** Text in front of the digest. */
  readonly prefix?: string | undefined;
}

/**
 * A request by which a sender tries whether the receiver is there and its own. A signed one is verified first. Fields
 * of an unsigned one are those of its query, or of its body where `only` says which; `'header:X-Challenge'` is a header,
 * which is not signed in either.
 */
export interface HandshakeDefinition {
  readonly when: {
    /**
     * Says that it is unsigned. A POST is known by a field of its query, and has no body; or by its body. An OPTIONS is
     * known by a header that its answer has.
     */
    readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | undefined;
    /** Headers of an unsigned request and their texts. */
    readonly headers?: Readonly<Record<string, string>> | undefined;
    /** Fields of the query and their values. */
    readonly query?: Readonly<Record<string, string>> | undefined;
    /** Fields of the body and their values. */
    readonly body?: Readonly<Record<string, string | number>> | undefined;
    /** Fields that the body has, and does not have. */
    readonly has?: string | undefined;
    readonly lacks?: string | undefined;
    /** A field of the body that is an empty list. */
    readonly empty?: string | undefined;
    /** How the body of an unsigned POST is written, whatever deliveries are. */
    readonly content?: 'json' | 'form' | undefined;
    /**
     * All fields that the body of an unsigned POST has: with one more it is no handshake. `'[].id'` is for a list of one
     * object; an empty list is for a body that is empty, or an empty object.
     */
    readonly only?: readonly string[] | undefined;
  };
  /** The field of the query that must hold the option `verifyToken`. */
  readonly token?: string | undefined;
  /** The status for a wrong token, from 400 to 499. @default 403 */
  readonly wrongToken?: number | undefined;
  /**
   * The values that fields of an unsigned request may have. Required for a field that an answer is computed over:
   * who gets any text signed has the signature of a delivery. @default 512 visible characters; in the query of a POST with spaces
   */
  readonly fields?: Readonly<Record<string, FieldDefinition>> | undefined;
  readonly answer: {
    /** @default 200 */
    readonly status?: number | undefined;
    /** The field that is answered as plain text, or a text that is computed. */
    readonly echo?: string | ComputedDefinition | undefined;
    /** Headers; `'{field}'` stands for a field, which must be there. */
    readonly headers?: Readonly<Record<string, string>> | undefined;
    /**
     * The field of an unsigned request with the secret of all later deliveries, which the option `onSecret` is told.
     * Without that option the request is none of ours.
     */
    readonly secret?: string | undefined;
    /** JSON; `'{field}'` stands for a field, `'{hmac field}'` for its HMAC in hexadecimal. */
    readonly json?: Readonly<Record<string, string | number | ComputedDefinition>> | undefined;
  };
}
