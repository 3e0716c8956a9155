import { createPrivateKey, randomUUID, sign, verify, type KeyObject } from 'node:crypto';
import { defineProvider } from '../../core/define-provider';
import { decodeBase64 } from '../../core/encoding';
import type { Provider } from '../../core/provider';
import { formatTimestamp, parseTimestamp } from '../../core/timestamp';
import { headerText } from '../../core/headers';
import { fetchPem, makeCertificates, type FetchCertificate } from '../../keys/certificate-keys';
import { makeTextScanner, parseJsonObject, type ScannedTexts } from '../../core/untrusted-json';
import { A_FUNCTION, checkOptions, integerBetween, oneOf, type OptionChecks } from '../../options';

export interface AwsSnsOptions {
  /** Gets the certificate at an address of Amazon's. @default by HTTPS, without redirects */
  readonly fetchCertificate?: FetchCertificate | undefined;
  /** How long that may take; it must be below the option `secretTimeoutMs`. @default 4000 */
  readonly certificateTimeoutMs?: number | undefined;
  /** The only `SignatureVersion` to take: `'1'` is SHA-1, `'2'` SHA-256. @default both, as topics are set to either */
  readonly signatureVersion?: '1' | '2' | undefined;
}

/** The signed fields, by name. */
type SignedFields = ReadonlyMap<string, string>;

/** The fields of a body, read strictly. */
interface Message {
  readonly topic: string;
  readonly certificate: string;
  readonly hash: string;
  readonly fields: SignedFields;
  readonly signature: Buffer;
  readonly timestamp: number;
  readonly id: string;
}

const OPTIONS: OptionChecks = {
  fetchCertificate: A_FUNCTION,
  certificateTimeoutMs: integerBetween(1, 60_000, 'milliseconds'),
  signatureVersion: oneOf('1', '2'),
};

const TOPIC = /^arn:aws([a-z-]*):sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;
// The whole address, letter for letter. What stands for the region must be one: sns.s3-us-west-2.amazonaws.com is a
// bucket that any customer could have had.
const CERTIFICATE =
  /^https:\/\/sns\.([a-z]{2}(?:-[a-z]+){1,3}-[0-9]{1,2})\.amazonaws\.com(\.cn)?\/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem$/;
// A message has up to 256 KB (https://aws.amazon.com/sns/faqs/), and JSON makes two bytes of a quotation mark.
const MAX_BODY_BYTES = 524_288;
// There are fewer than 64 regions.
const MAX_REGIONS = 64;
const DUMMY_TOPIC = 'arn:aws:sns:none:000000000000:';

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

const scan = makeTextScanner(
  [...new Set([...SIGNED_FIELDS.values()].flat()), 'Signature', 'SignatureVersion', 'SigningCertURL'],
  MAX_BODY_BYTES,
);

/**
 * Amazon SNS with settings of your own; `awsSns` is the same without any.
 *
 * The option `secret` is the ARN of the topic: messages are signed by Amazon's key, for whose certificate a pinned
 * address is asked, so the topic is what tells yours from everybody else's. A certificate that cannot be fetched is
 * answered 503, and Amazon comes again.
 *
 * The event is the `Type`. Subscribing needs a handler of `SubscriptionConfirmation` that gets `payload.SubscribeURL`.
 * The payload has the fields that Amazon signs for that type and no others: `MessageAttributes` are in
 * `webhook.unsigned`, and raw delivery is not signed at all. The window is one hour: retries carry the first
 * `Timestamp`, and Amazon retries for 3600 seconds at most.
 *
 * Of a body that is not authentic the texts at its top level are read, once for all topics. Then the certificate of the
 * message's own topic is asked for, where its region is one of yours, and the signature is verified before the topic is
 * compared: whether a topic is yours shows neither in the answer nor in its time.
 */
export function makeAwsSns(options: AwsSnsOptions = {}): Provider {
  const {
    fetchCertificate = fetchPem,
    certificateTimeoutMs = 4000,
    signatureVersion,
  } = checkOptions('makeAwsSns()', options, OPTIONS);
  const certificates = makeCertificates(fetchCertificate, certificateTimeoutMs);
  // Of all topics that were ever a secret here: by those of one tenant, its time would tell whether there is one.
  const regions = new Set<string>();
  return defineProvider<string, KeyObject, Message>({
    name: 'aws-sns',
    group: 'code',
    docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
    about: {
      signed: 'name and value of each field that Amazon signs for the type',
      notSigned: 'MessageAttributes and all other fields, which are in webhook.unsigned; method, address',
      readFirst:
        'the texts at the top level, by one pass over at most 512 KB; then the certificate of the region',
    },
    headers: ['X-Amz-Sns-Message-Type'],
    guessable: false,
    toleranceSeconds: 3600,
    event: { header: 'X-Amz-Sns-Message-Type', body: 'Type' },
    methods: ['POST'],
    bodyLimit: MAX_BODY_BYTES,
    handlerTimeoutMs: 14_000,
    duplicates: { key: 'id' },
    retries: {
      hours: 1,
      signed: 'once',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html',
    },
    alsoSends:
      'SubscriptionConfirmation and UnsubscribeConfirmation; raw delivery is not signed and is refused',
    refusal: { status: 401 },

    readSecret(text) {
      if (!TOPIC.test(text)) throw new TypeError('not the ARN of a topic');
      if (regions.size < MAX_REGIONS && !text.startsWith(DUMMY_TOPIC)) regions.add(readRegion(text));
      return text;
    },

    makeDummySecret: () => DUMMY_TOPIC + randomUUID(),
    readSigningSecret: (text) => createPrivateKey(text),

    async read({ headers, body }) {
      if (!SIGNED_FIELDS.has(headerText({ headers }, 'x-amz-sns-message-type'))) return undefined;
      const message = readMessage(body);
      if (message === undefined || !regions.has(readRegion(message.topic))) return undefined;
      const { certificate, hash, fields, signature } = message;
      if (signatureVersion !== undefined && hash !== HASHES.get(signatureVersion)) return undefined;
      const key = (await certificates.find(certificate))?.publicKey;
      const content = Buffer.from(writeSignedContent(fields));
      return key?.asymmetricKeyType === 'rsa' && verify(hash, content, key, signature) ? message : undefined;
    },

    verify(_delivery, { key: topic, message }) {
      const { timestamp, id, fields } = message;
      return message.topic === topic ? { timestamp, id, payload: Object.fromEntries(fields) } : undefined;
    },

    sign({ body }) {
      const type = scan(body)?.get('Type') ?? 'Notification';
      return { 'Content-Type': 'text/plain; charset=UTF-8', 'X-Amz-Sns-Message-Type': type };
    },

    signBody({ headers, body }, { key, now }) {
      const given = parseJsonObject(body) ?? {};
      const message = {
        Type: headers['x-amz-sns-message-type'] ?? 'Notification',
        MessageId: randomUUID(),
        Timestamp: formatTimestamp(now, 'rfc3339'),
        SignatureVersion: signatureVersion ?? '2',
        SigningCertURL: `https://sns.${readRegion(String(given.TopicArn))}.amazonaws.com/SimpleNotificationService-0.pem`,
        ...given,
      };
      const fields = readSigned(new Map(Object.entries(message)));
      const hash = HASHES.get(message.SignatureVersion);
      if (fields === undefined || !TOPIC.test(String(fields.get('TopicArn'))) || hash === undefined) {
        throw new TypeError('signBody(): aws-sns needs a JSON object with at least "TopicArn" and "Message"');
      }
      const signature = sign(hash, Buffer.from(writeSignedContent(fields)), key).toString('base64');
      return Buffer.from(JSON.stringify({ ...message, Signature: signature }));
    },
  });
}

/** Amazon SNS, over HTTP or HTTPS. The option `secret` is the ARN of the topic; see `makeAwsSns`. */
export const awsSns = makeAwsSns();

/** The fields of a body; `undefined` where no message of Amazon's is written so. */
function readMessage(body: Buffer): Message | undefined {
  const texts: ScannedTexts = scan(body) ?? new Map();
  const fields = readSigned(texts);
  const hash = HASHES.get(texts.get('SignatureVersion') ?? '');
  const signature = decodeBase64(texts.get('Signature') ?? '');
  const certificate = texts.get('SigningCertURL') ?? '';
  if (fields === undefined || hash === undefined || signature === undefined) return undefined;
  // Every type has these three.
  const [topic, id] = [String(fields.get('TopicArn')), String(fields.get('MessageId'))];
  const timestamp = parseTimestamp(String(fields.get('Timestamp')), 'rfc3339');
  if (id === '' || Number.isNaN(timestamp) || !isCertificateFor(certificate, topic)) return undefined;
  return { topic, certificate, hash, fields, signature, timestamp, id };
}

/** Whether an address is one of Amazon's for certificates, in the region and the part of its cloud of a topic. */
function isCertificateFor(address: string, topic: string): boolean {
  const [, region, isInChina] = CERTIFICATE.exec(address) ?? [];
  const [, cloud] = TOPIC.exec(topic) ?? [];
  return region === readRegion(topic) && (isInChina === undefined || cloud === '-cn');
}

/** The region of a topic; empty where the text is no topic. */
function readRegion(topic: string): string {
  return TOPIC.exec(topic)?.[2] ?? '';
}

/**
 * The fields that are signed for the type of a message. Only the message itself may have several lines, or fields could
 * be made of its text.
 */
function readSigned(texts: ReadonlyMap<string, unknown>): SignedFields | undefined {
  const fields = new Map<string, string>();
  for (const name of SIGNED_FIELDS.get(String(texts.get('Type'))) ?? []) {
    if (name === 'Subject' && !texts.has(name)) continue;
    const value = texts.get(name);
    if (typeof value !== 'string' || (name !== 'Message' && /[\r\n]/.test(value))) return undefined;
    fields.set(name, value);
  }
  return fields.size === 0 ? undefined : fields;
}

/** The signed text: each field as name and value on lines of their own. */
function writeSignedContent(fields: SignedFields): string {
  return Array.from(fields, ([name, value]) => `${name}\n${value}\n`).join('');
}
