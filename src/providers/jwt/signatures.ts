import { constants, createHmac, sign, type KeyObject } from 'node:crypto';
import type * as Jose from 'jose';
import type { JwtAlgorithm, Token } from './token';

/** Loads jose, for who uses a sender of tokens and for no other user. */
export function loadJose(): typeof Jose {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed
  return require('jose') as typeof Jose;
}

/** Whether the signature of a token is right by a key. `content` is the payload of one that is detached. */
export async function verifyToken(
  token: Token,
  content: Buffer | undefined,
  key: KeyObject,
): Promise<boolean> {
  const { protected: start, signature, header } = token;
  const payload = content === undefined || header.isPlain ? content : content.toString('base64url');
  const jws = { protected: start, payload: payload ?? token.payload, signature };
  try {
    await loadJose().flattenedVerify(jws, key, { algorithms: [header.alg] });
    return true;
  } catch {
    // Whatever it finds wrong: the key is of another kind than the algorithm, or the signature is not right.
    return false;
  }
}

/** The signature of a token, as a sender makes it. */
export function signText(alg: JwtAlgorithm, text: string | Buffer, key: KeyObject): Buffer {
  const data = Buffer.from(text);
  const digest = `sha${alg.slice(2)}`;
  switch (alg.slice(0, 2)) {
    case 'HS':
      return createHmac(digest, key).update(data).digest();
    case 'Ed':
      return sign(null, data, key);
    case 'PS':
      return sign(digest, data, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    default:
      return sign(digest, data, { key, dsaEncoding: 'ieee-p1363' });
  }
}
