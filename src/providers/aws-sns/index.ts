import { createPrivateKey, randomUUID, sign, verify, type KeyObject } from 'node:crypto';
import { cachedCertificateKeys, fetchPem, type FetchCertificate } from './certificates';
import { defineProvider } from '../../core/define-provider';
import { decodeBase64 } from '../../core/encoding';
import type { Provider } from '../../core/provider';
import { formatTimestamp, parseTimestamp } from '../../core/timestamp';
import { ownText, readUntrustedJson, type UntrustedObject } from '../../core/untrusted-json';
import { A_FUNCTION, checkOptions, integerBetween, oneOf, type OptionChecks } from '../../options';

export interface AwsSnsOptions {
  /** Gets the certificate at an address of Amazon's. @default by HTTPS, without redirects */
  readonly fetchCertificate?: FetchCertificate | undefined;
  /** How long that may take; it must be below the option `secretTimeoutMs`. @default 4000 */
  readonly certificateTimeoutMs?: number | undefined;
  /** The only `SignatureVersion` to take: `'1'` is SHA-1, `'2'` SHA-256. @default both, as topics are set to either */
  readonly signatureVersion?: '1' | '2' | undefined;
}

interface Message {
  readonly topic: string;
  readonly certificate: string;
  readonly hash: string;
  readonly content: string;
  readonly signature: Buffer;
  readonly timestamp: number;
  readonly id: string;
}

const OPTIONS: OptionChecks = {
  fetchCertificate: A_FUNCTION,
  certificateTimeoutMs: integerBetween(1, 60_000, 'milliseconds'),
  signatureVersion: oneOf('1', '2'),
};

const TOPIC = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;
// The whole address, letter for letter. What stands for the region must be one: sns.s3-us-west-2.amazonaws.com is a
// bucket that anybody could have had.
const CERTIFICATE =
  /^https:\/\/sns\.[a-z]{2}(?:-[a-z]+){1,3}-[0-9]{1,2}\.amazonaws\.com(?:\.cn)?\/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem$/;
// A message has up to 256 KB, and JSON can make six bytes of one.
const MAX_BODY_BYTES = 2_097_152;

const HASHES = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const SIGNED_FIELDS = new Map<string, readonly string[]>([
  ['Notification', ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']],
  ['SubscriptionConfirmation', CONFIRMATION],
  ['UnsubscribeConfirmation', CONFIRMATION],
]);

/**
 * Amazon SNS with settings of your own; `awsSns` is the same without any.
 *
 * The option `secret` is the ARN of the topic: messages are signed by Amazon's key, for whose certificate a pinned
 * address is asked, so the topic is what tells yours from everybody else's. A certificate that cannot be fetched is
 * answered 503, and Amazon comes again.
 *
 * The event is the `Type`. Subscribing needs a handler of `SubscriptionConfirmation` that gets `payload.SubscribeURL`,
 * which is signed. `MessageAttributes` are not, and raw delivery is not signed at all. The window is one hour:
 * retries carry the first `Timestamp`, and Amazon retries for 3600 seconds at most.
 */
export function makeAwsSns(options: AwsSnsOptions = {}): Provider {
  const {
    fetchCertificate = fetchPem,
    certificateTimeoutMs = 4000,
    signatureVersion,
  } = checkOptions('makeAwsSns()', options, OPTIONS);
  const certificateKey = cachedCertificateKeys(fetchCertificate, certificateTimeoutMs);
  return defineProvider<string, KeyObject>({
    name: 'aws-sns',
    docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
    headers: ['X-Amz-Sns-Message-Type'],
    toleranceSeconds: 3600,
    event: { header: 'X-Amz-Sns-Message-Type', body: 'Type' },
    methods: ['POST'],
    bodyLimit: MAX_BODY_BYTES,
    handlerTimeoutMs: 14_000,
    duplicates: { key: 'id' },
    refusal: { status: 401 },

    readSecret(text) {
      if (!TOPIC.test(text)) throw new TypeError('not the ARN of a topic');
      return text;
    },

    readSigningSecret: (text) => createPrivateKey(text),

    async verify({ body }, { key: topic }) {
      const message = readMessage(body);
      if (message?.topic !== topic || !CERTIFICATE.test(message.certificate)) {
        return undefined;
      }
      const { hash, content, signature, timestamp, id } = message;
      if (signatureVersion !== undefined && hash !== HASHES.get(signatureVersion)) return undefined;
      const key = await certificateKey(message.certificate);
      const isRight = key?.asymmetricKeyType === 'rsa' && verify(hash, Buffer.from(content), key, signature);
      return isRight ? { timestamp, id } : undefined;
    },

    sign({ body }) {
      const type = ownText(readUntrustedJson(body, MAX_BODY_BYTES) ?? {}, 'Type') ?? 'Notification';
      return { 'Content-Type': 'text/plain; charset=UTF-8', 'X-Amz-Sns-Message-Type': type };
    },

    signBody({ headers, body }, { key, now }) {
      const given = readUntrustedJson(body, MAX_BODY_BYTES) ?? {};
      const [, region = ''] = TOPIC.exec(ownText(given, 'TopicArn') ?? '') ?? [];
      const message = {
        Type: headers['x-amz-sns-message-type'] ?? 'Notification',
        MessageId: randomUUID(),
        Timestamp: formatTimestamp(now, 'rfc3339'),
        SignatureVersion: signatureVersion ?? '2',
        SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-0.pem`,
        ...given,
      };
      const content = signedContent(message);
      const hash = HASHES.get(message.SignatureVersion);
      if (region === '' || content === undefined || hash === undefined) {
        throw new TypeError('signBody(): aws-sns needs a JSON object with at least "TopicArn" and "Message"');
      }
      const signature = sign(hash, Buffer.from(content), key).toString('base64');
      return Buffer.from(JSON.stringify({ ...message, Signature: signature }));
    },
  });
}

/** Amazon SNS, over HTTP or HTTPS. The option `secret` is the ARN of the topic; see `makeAwsSns`. */
export const awsSns = makeAwsSns();

/** What a body claims, read strictly; nothing of it is trusted yet. */
function readMessage(body: Buffer): Message | undefined {
  const fields = readUntrustedJson(body, MAX_BODY_BYTES);
  if (fields === undefined) return undefined;
  const content = signedContent(fields);
  const hash = HASHES.get(ownText(fields, 'SignatureVersion') ?? '');
  const signature = decodeBase64(ownText(fields, 'Signature') ?? '');
  const timestamp = parseTimestamp(ownText(fields, 'Timestamp') ?? '', 'rfc3339');
  const [topic = '', certificate = '', id = ''] = ['TopicArn', 'SigningCertURL', 'MessageId'].map((name) =>
    ownText(fields, name),
  );
  if (content === undefined || hash === undefined || signature === undefined || id === '') return undefined;
  return Number.isNaN(timestamp)
    ? undefined
    : { topic, certificate, hash, content, signature, timestamp, id };
}

/**
 * The signed text: the fields of the type, each as name and value on lines of their own. Only the message itself may
 * have several lines, or fields could be made of its text.
 */
function signedContent(fields: UntrustedObject): string | undefined {
  let content = '';
  for (const name of SIGNED_FIELDS.get(ownText(fields, 'Type') ?? '') ?? []) {
    if (name === 'Subject' && !Object.hasOwn(fields, name)) continue;
    const value = ownText(fields, name);
    if (value === undefined || (name !== 'Message' && /[\r\n]/.test(value))) return undefined;
    content += `${name}\n${value}\n`;
  }
  return content === '' ? undefined : content;
}
