import { defineProvider } from '../core/define-provider';
import { readSharedSecret } from '../core/key-shapes';
import { makeCheck, type SignatureCheck } from '../core/signature';
import type { Provider } from '../core/provider';
import type { CustomProviderDefinition } from '../core/custom-scheme';

type Definition = CustomProviderDefinition<SignatureCheck, string, readonly string[]>;

/** The facts in which senders differ that write a shared token into the body. */
export interface BodyTokenSender extends Omit<
  Definition,
  'headers' | 'verify' | 'read' | 'readSecret' | 'readSigningSecret' | 'guessable' | 'signBody' | 'sign'
> {
  /** The tokens of a body, each of which must be right; `undefined` where one is missing. */
  readonly readTokens: (body: Buffer) => readonly string[] | undefined;
  /** The body with the token in it. */
  readonly writeToken: (body: Buffer, token: string) => object;
}

const NO_CONTENT = { before: '', body: undefined, after: '' };

/** Defines a sender whose body has a token in it, which signs nothing: all of the body is in `webhook.unsigned`. */
export function defineBodyTokenSender({ readTokens, writeToken, ...sender }: BodyTokenSender): Provider {
  return defineProvider<SignatureCheck, string, readonly string[]>({
    refusal: { status: 401 },
    ...sender,
    headers: [],
    guessable: true,
    readSecret: (text) => makeCheck('token', Buffer.from(readSharedSecret(text))),
    readSigningSecret: (text) => text,
    read: ({ body }) => readTokens(body),
    verify(_delivery, { key, message }) {
      const results = message.map((token) => key(NO_CONTENT, [Buffer.from(token)]));
      return results.length > 0 && !results.includes(false) ? { coversBody: false } : undefined;
    },
    sign: () => ({}),
    signBody: ({ body }, { key }) => Buffer.from(JSON.stringify(writeToken(body, key))),
  });
}
