import { EventEmitter } from 'node:events';
import https from 'node:https';
import {
  awsSns,
  makeAwsSns,
  providers,
  sign,
  signBody,
  verify,
  verifySync,
  WebhookError,
  type AwsSnsOptions,
  type Provider,
  type Webhook,
} from 'hooklatch';
import MessageValidator from 'sns-validator';
import { certify } from '../../helpers/certificate';
import { NOW, pause, send, startGuard, startRouter } from '../../helpers/http';
import { rawVectors } from '../../helpers/vectors';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:MyTopic';
const OTHER_TOPIC = 'arn:aws:sns:us-east-1:123456789012:MyTopic2';
const CERTIFICATE_URL = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem';
const amazon = certify('rsa');
const stranger = certify('rsa');

interface Vector {
  readonly id: string;
  readonly secret: { readonly certs: Record<string, string>; readonly topics: readonly [string] };
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly now: number;
  readonly expect: 'valid' | 'invalid';
}
const vectors = rawVectors.filter(({ scheme }) => scheme === 'aws-sns') as unknown as readonly Vector[];

/** A provider that gets Amazon's certificate from here, and the addresses that it asked for. */
function provide(options: AwsSnsOptions = {}): { provider: Provider; asked: string[] } {
  const asked: string[] = [];
  const fetchCertificate = (url: string): string => {
    asked.push(url);
    return amazon.certificate;
  };
  return { provider: makeAwsSns({ fetchCertificate, ...options }), asked };
}

type Fields = Record<string, unknown>;

const NOTIFICATION: Fields = { TopicArn: TOPIC, Message: 'Hello\nwörld ☕', Subject: 'A subject' };
const SUBSCRIPTION: Fields = {
  Type: 'SubscriptionConfirmation',
  TopicArn: TOPIC,
  Message: 'You have chosen to subscribe',
  Token: '2336412f37',
  SubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription',
};

/** A signed message. */
function message(fields: Fields = NOTIFICATION, secret = amazon.privatePem): Fields {
  const body = signBody(awsSns, { secret, now: NOW }, { body: Buffer.from(JSON.stringify(fields)) });
  return JSON.parse(body.toString()) as Fields;
}

const HEADERS = { 'x-amz-sns-message-type': 'Notification', 'content-type': 'text/plain; charset=UTF-8' };

async function judge(
  body: unknown,
  provider = provide().provider,
  secret = TOPIC,
): Promise<Webhook | string> {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  try {
    return await verify(
      { method: 'POST', url: '/', headers: HEADERS, body: bytes },
      { provider, secret, now: NOW },
    );
  } catch (error) {
    if (error instanceof WebhookError) return error.code;
    throw error;
  }
}

describe('aws-sns', () => {
  const providerFor = ({ secret: { certs } }: Vector): Provider =>
    makeAwsSns({ fetchCertificate: (url) => certs[url] });

  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'judges %s as its vector says',
    async (_id, vector) => {
      const { headers, now, secret } = vector;
      const delivery = { method: 'POST', url: '/', headers, body: Buffer.from(vector.body) };
      const verdict = verify(delivery, { provider: providerFor(vector), secret: secret.topics[0], now });
      if (vector.expect === 'valid') expect((await verdict).verified).toBe(true);
      else await expect(verdict).rejects.toMatchObject({ status: 401 });
    },
  );

  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'answers %s over HTTP',
    async (_id, vector) => {
      const { headers, body, now, secret } = vector;
      const provider = providerFor(vector);
      const { port } = await startGuard({ provider, secret: secret.topics[0], clock: () => now });
      expect((await send(port, { headers, body })).status).toBe(vector.expect === 'valid' ? 200 : 401);
    },
  );

  it('says what is signed', async () => {
    const body = message();
    expect(await judge(body)).toMatchObject({
      event: 'Notification',
      id: body.MessageId,
      timestamp: new Date(NOW),
      trusted: { event: true, id: true },
      payload: NOTIFICATION,
    });
  });

  it('keeps what a stranger has added to a signed message apart, and marked as unsigned', async () => {
    const body = message();
    const added = {
      SubscribeURL: 'https://evil.example/',
      MessageAttributes: { role: { Type: 'String', Value: 'admin' } },
    };
    const webhook = (await judge({ ...body, ...added })) as Webhook;
    const { Signature, SignatureVersion, SigningCertURL, ...signed } = body;
    expect(webhook.payload).toEqual(signed);
    expect(webhook.unsigned).toEqual({ ...added, Signature, SignatureVersion, SigningCertURL });
    const { port, webhooks } = await startGuard({ provider: provide().provider, secret: TOPIC });
    await send(port, { headers: HEADERS, body: JSON.stringify({ ...body, ...added }) });
    expect(webhooks[0]).toMatchObject({ payload: signed, unsigned: added });
    expect(webhooks[0]!.payload).toEqual(signed);
  });

  it.each(['SubscriptionConfirmation', 'UnsubscribeConfirmation'])(
    'hands a %s to its handler',
    async (type) => {
      const { provider } = provide();
      const confirmed: unknown[] = [];
      const { port } = await startRouter({
        provider,
        secret: TOPIC,
        events: {
          Notification: () => undefined,
          [type]: ({ payload }) => void confirmed.push((payload as Fields).SubscribeURL),
        },
      });
      const body = JSON.stringify(message({ ...SUBSCRIPTION, Type: type }));
      const headers = { ...HEADERS, 'x-amz-sns-message-type': type };
      expect((await send(port, { path: '/hooks', headers, body })).status).toBe(200);
      expect(confirmed).toEqual([SUBSCRIPTION.SubscribeURL]);
      // The header is anybody's: it must not name another type than the message.
      const lies = { ...HEADERS, 'x-amz-sns-message-type': 'Notification' };
      expect((await send(port, { path: '/hooks', headers: lies, body })).status).toBe(403);
    },
  );

  it('handles a message once, whatever its unsigned fields say', async () => {
    const { port, webhooks } = await startGuard({ provider: provide().provider, secret: TOPIC });
    const body = message();
    for (const MessageAttributes of [{}, { changed: { Type: 'String', Value: 'x' } }]) {
      const text = JSON.stringify({ ...body, MessageAttributes });
      expect((await send(port, { headers: HEADERS, body: text })).status).toBe(200);
    }
    expect(webhooks).toHaveLength(1);
  });

  it('takes the topics that are its secrets, and no other', async () => {
    const { provider, asked } = provide();
    const { port } = await startGuard({
      provider,
      secret: [
        { id: 'one', value: TOPIC },
        { id: 'two', value: `${TOPIC}.fifo` },
      ],
    });
    const statuses: number[] = [];
    for (const TopicArn of [TOPIC, `${TOPIC}.fifo`, OTHER_TOPIC]) {
      const body = JSON.stringify(message({ ...NOTIFICATION, TopicArn }));
      statuses.push((await send(port, { headers: HEADERS, body })).status);
    }
    expect(statuses).toEqual([200, 200, 401]);
    expect(asked).toEqual([CERTIFICATE_URL]);
    expect(await judge(message({ ...NOTIFICATION, TopicArn: OTHER_TOPIC }))).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it.each(['', 'MyTopic', 'arn:aws:sqs:us-east-1:123456789012:q', `${TOPIC}\n`, amazon.privatePem])(
    'refuses the secret %j, which is no topic',
    async (secret) => {
      await expect(judge(message(), undefined, secret)).rejects.toThrow(TypeError);
    },
  );

  it.each([
    [NOW - 3_600_000, true],
    [NOW - 3_600_001, false],
    [NOW + 3_600_000, true],
    [NOW + 3_600_001, false],
  ])('has a window of one hour: signed at %p %p', async (time, inside) => {
    const Timestamp = new Date(time).toISOString();
    const verdict = await judge(message({ ...NOTIFICATION, Timestamp }));
    expect(verdict === 'ERR_WEBHOOK_TIMESTAMP').toBe(!inside);
  });

  it('takes both versions of signatures, or the one that is set', async () => {
    const one = message({ ...NOTIFICATION, SignatureVersion: '1' });
    const two = message();
    expect(two.SignatureVersion).toBe('2');
    for (const [version, accepted] of [
      [undefined, [one, two]],
      ['1', [one]],
      ['2', [two]],
    ] as const) {
      const { provider } = provide({ signatureVersion: version });
      for (const body of [one, two]) {
        expect(typeof (await judge(body, provider))).toBe(accepted.includes(body) ? 'object' : 'string');
      }
    }
    // The same signature does not pass for the other one.
    expect(await judge({ ...two, SignatureVersion: '1' })).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('cannot be verified at once, and says so', () => {
    const delivery = { method: 'POST', url: '/', headers: HEADERS, body: Buffer.from('{}') };
    expect(() => verifySync(delivery, { provider: awsSns, secret: TOPIC })).toThrow('use verify()');
    expect(providers['aws-sns']).toBe(awsSns);
  });

  it.each([
    [{ fetchCertificate: 'https://example.org' }, 'fetchCertificate'],
    [{ certificateTimeoutMs: 0 }, 'certificateTimeoutMs'],
    [{ signatureVersion: 2 }, 'signatureVersion'],
    [{ hosts: [] }, 'unknown option "hosts"'],
  ])('throws for the options %p', (options, text) => {
    expect(() => makeAwsSns(options as AwsSnsOptions)).toThrow(text);
  });
});

describe('the certificate of aws-sns', () => {
  it.each([
    'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
    'HTTPS://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com:443/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-0.pem',
    'https://user@sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com@example.org/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com.example.org/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com./SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.comx/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.org/SimpleNotificationService-0.pem',
    'https://sns-us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://xsns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.x.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.us-east-1xamazonaws.com/SimpleNotificationService-0.pem',
    // Buckets with the name "sns", and whatever else is no region.
    'https://sns.s3.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.execute-api.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem?x',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem#x',
    'https://sns.us-east-1.amazonaws.com/?Action=x&y=SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com/x/../SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-%30.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem\n',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.key',
    'https://sns.us-east-1.amazonaws.com\\SimpleNotificationService-0.pem',
    'https://127.0.0.1/SimpleNotificationService-0.pem',
    'file:///SimpleNotificationService-0.pem',
    '',
  ])('is not asked for at %j', async (SigningCertURL) => {
    const { provider, asked } = provide();
    expect(await judge({ ...message(), SigningCertURL }, provider)).toBe('ERR_WEBHOOK_SIGNATURE');
    expect(asked).toEqual([]);
  });

  it.each(['us-gov-west-1', 'ap-southeast-2', 'us-iso-east-1', 'cn-north-1'])(
    'is asked for in %s',
    async (region) => {
      const { provider, asked } = provide();
      const isInChina = region.startsWith('cn');
      const SigningCertURL = `https://sns.${region}.amazonaws.com${isInChina ? '.cn' : ''}/SimpleNotificationService-a1.pem`;
      const TopicArn = `arn:aws${isInChina ? '-cn' : ''}:sns:${region}:123456789012:MyTopic`;
      const body = message({ ...NOTIFICATION, TopicArn, SigningCertURL });
      expect(await judge(body, provider, TopicArn)).toBeInstanceOf(Object);
      expect(asked).toEqual([SigningCertURL]);
    },
  );

  it('is not asked for before the message is whole and of the topic', async () => {
    const { provider, asked } = provide();
    const body = message();
    await judge(body, provider, OTHER_TOPIC);
    for (const name of Object.keys(body).filter((field) => field !== 'Subject')) {
      expect(await judge({ ...body, [name]: undefined }, provider)).toBe('ERR_WEBHOOK_SIGNATURE');
      expect(await judge({ ...body, [name]: [body[name]] }, provider)).toBe('ERR_WEBHOOK_SIGNATURE');
      expect(await judge({ ...body, [name]: '' }, provider)).toBe('ERR_WEBHOOK_SIGNATURE');
    }
    // An empty message can be signed.
    expect(asked.length).toBeLessThan(2);
  });

  it('is fetched once for 50 deliveries at the same time', async () => {
    let count = 0;
    const fetchCertificate = async (): Promise<string> => {
      count += 1;
      await pause(50);
      return amazon.certificate;
    };
    const { port, webhooks } = await startGuard({
      provider: makeAwsSns({ fetchCertificate }),
      secret: TOPIC,
    });
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () =>
        send(port, { headers: HEADERS, body: JSON.stringify(message()) }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(webhooks).toHaveLength(50);
    expect(count).toBe(1);
  });

  it('is waited for until the deadline, then 503, and tried again', async () => {
    let answer = new Promise<string>(() => undefined);
    const provider = makeAwsSns({ fetchCertificate: () => answer, certificateTimeoutMs: 50 });
    const { port, decisions } = await startGuard({ provider, secret: TOPIC });
    const clock = jest.spyOn(performance, 'now');
    const body = JSON.stringify(message());
    const statuses: number[] = [];
    for (const next of [answer, Promise.reject<string>(new Error('reset')), Promise.resolve('<html>')]) {
      answer = next;
      statuses.push((await send(port, { headers: HEADERS, body })).status);
      // Amazon comes again after 20 seconds.
      clock.mockReturnValue(performance.now() + 20_000);
    }
    answer = Promise.resolve(amazon.certificate);
    statuses.push((await send(port, { headers: HEADERS, body })).status);
    expect(statuses).toEqual([503, 503, 503, 200]);
    expect(decisions[0]).toMatchObject({ code: 'ERR_WEBHOOK_SECRET' });
  });

  const OTHER_REGION = 'arn:aws:sns:eu-west-1:123456789012:MyTopic';
  const certificateIn = (host: string, name = '0'): string =>
    `https://sns.${host}/SimpleNotificationService-${name}.pem`;

  it.each([
    ['one of another region than the topic', TOPIC, certificateIn('eu-west-1.amazonaws.com')],
    ['one of a region that does not exist', TOPIC, certificateIn('xx-none-9.amazonaws.com')],
    ['one of China for a topic elsewhere', TOPIC, certificateIn('us-east-1.amazonaws.com.cn')],
    [
      'one for a topic in a region where none is ours',
      OTHER_REGION,
      certificateIn('eu-west-1.amazonaws.com'),
    ],
  ])('is not fetched for a stranger who names %s', async (_what, TopicArn, SigningCertURL) => {
    const { provider, asked } = provide();
    expect(await judge(message({ ...NOTIFICATION, TopicArn, SigningCertURL }), provider)).toBe(
      'ERR_WEBHOOK_SIGNATURE',
    );
    expect(asked).toEqual([]);
    expect(await judge(message(), provider)).toBeInstanceOf(Object);
  });

  const failing = async (): Promise<string> => Promise.reject(new Error('no route'));

  it.each<[string, () => Promise<string | undefined>, number]>([
    ['cannot be fetched', failing, 503],
    ['does not exist', async () => Promise.resolve(undefined), 401],
    ['is Amazon’s', async () => Promise.resolve(amazon.certificate), 401],
  ])(
    'tells a stranger nothing of a topic where it %s: the same answer, asked for as often',
    async (_what, fetchCertificate, status) => {
      for (const TopicArn of [TOPIC, OTHER_TOPIC]) {
        const fetched = jest.fn(fetchCertificate);
        const { port } = await startGuard({
          provider: makeAwsSns({ fetchCertificate: fetched }),
          secret: TOPIC,
        });
        const SigningCertURL = certificateIn('us-east-1.amazonaws.com', 'madeup');
        const body = JSON.stringify(
          message({ ...NOTIFICATION, TopicArn, SigningCertURL }, stranger.privatePem),
        );
        const statuses = [];
        for (let tries = 0; tries < 2; tries += 1) {
          statuses.push((await send(port, { headers: HEADERS, body })).status);
        }
        expect([TopicArn, statuses, fetched.mock.calls.length]).toEqual([TopicArn, [status, status], 1]);
      }
    },
  );

  it('tells a stranger nothing of a tenant: one that does not exist asks for it too', async () => {
    const { provider, asked } = provide();
    const { port } = await startGuard({
      provider,
      secret: ({ headers }) => (headers['x-tenant'] === 'one' ? { secrets: TOPIC, scope: 'one' } : undefined),
    });
    const body = (name: string): string =>
      JSON.stringify(
        message({ ...NOTIFICATION, SigningCertURL: certificateIn('us-east-1.amazonaws.com', name) }),
      );
    const statuses: number[] = [];
    for (const [tenant, name] of [
      ['one', 'a'],
      ['none', 'b'],
    ] as const) {
      statuses.push(
        (await send(port, { headers: { ...HEADERS, 'x-tenant': tenant }, body: body(name) })).status,
      );
    }
    expect(statuses).toEqual([200, 401]);
    expect(asked).toHaveLength(2);
  });

  it('is fetched for a genuine message while strangers hold every place with made-up addresses', async () => {
    const provider = makeAwsSns({
      fetchCertificate: (url) =>
        url === CERTIFICATE_URL ? amazon.certificate : new Promise(() => undefined),
      certificateTimeoutMs: 1000,
    });
    const { port } = await startGuard({ provider, secret: TOPIC });
    const forged = Array.from({ length: 60 }, async (_none, index) => {
      const SigningCertURL = certificateIn('us-east-1.amazonaws.com', `x${index}`);
      const body = JSON.stringify(message({ ...NOTIFICATION, SigningCertURL }, stranger.privatePem));
      return send(port, { headers: HEADERS, body });
    });
    await pause(100);
    expect((await send(port, { headers: HEADERS, body: JSON.stringify(message()) })).status).toBe(200);
    expect(new Set((await Promise.all(forged)).map(({ status }) => status))).toEqual(new Set([503]));
  });

  it('is not there, of another key, or of another kind: refused', async () => {
    const body = message();
    for (const certificate of [undefined, stranger.certificate, certify('ec').certificate]) {
      const { provider } = provide({ fetchCertificate: () => certificate });
      expect(await judge(body, provider)).toBe('ERR_WEBHOOK_SIGNATURE');
    }
    expect(await judge(message(NOTIFICATION, stranger.privatePem))).toBe('ERR_WEBHOOK_SIGNATURE');
  });
});

describe('what aws-sns refuses', () => {
  const good = message();

  it.each(['Message', 'MessageId', 'Subject', 'Timestamp', 'Type'])('is another %s', async (name) => {
    const other: Fields = { Timestamp: new Date(NOW - 1000).toISOString(), Type: 'UnsubscribeConfirmation' };
    expect(await judge({ ...good, [name]: other[name] ?? 'another' })).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it.each(['Token', 'SubscribeURL'])('is another %s of a subscription', async (name) => {
    const body = message(SUBSCRIPTION);
    expect(await judge(body)).toBeInstanceOf(Object);
    expect(await judge({ ...body, [name]: 'another' })).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('is a message that was signed as a part of another’s text', async () => {
    // The same signed lines, cut at other places.
    const { MessageId, Subject, Message, ...rest } = message({ ...NOTIFICATION, Message: 'a\nMessageId\nb' });
    const forged = { ...rest, Message: 'a', MessageId: `b\nMessageId\n${String(MessageId)}`, Subject };
    expect(await judge({ ...rest, MessageId, Subject, Message })).toBeInstanceOf(Object);
    expect(await judge(forged)).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it.each([
    ['no text for a subject', { ...good, Subject: null }],
    ['an added subject', { ...message({ TopicArn: TOPIC, Message: 'x' }), Subject: 'added' }],
    ['a number for a version', { ...good, SignatureVersion: 2 }],
    ['version 3', { ...good, SignatureVersion: '3' }],
    ['a version of a prototype', { ...good, SignatureVersion: '__proto__' }],
    ['an unknown type', { ...good, Type: 'Other' }],
    ['a type of a prototype', { ...good, Type: 'constructor' }],
    ['a signature that is no base64', { ...good, Signature: 'no base64!' }],
    ['a signature of another length', { ...good, Signature: 'AAAA' }],
    ['a time without a zone', { ...good, Timestamp: '2026-01-01T00:00:00' }],
    ['a list', [good]],
    ['null', null],
    ['nothing', ''],
    ['depth', '['.repeat(100_000)],
    ['a prototype', `{"__proto__":${JSON.stringify(good)}}`],
    ['a topic that is there twice', `{"TopicArn":"${OTHER_TOPIC}",${JSON.stringify(good).slice(1)}`],
    ['a message that is there again, by an escape', `{"Mess\\u0061ge":"x",${JSON.stringify(good).slice(1)}`],
    ['bytes that are no text', Buffer.from([0xff])],
    ['more than half a megabyte', { ...good, more: 'x'.repeat(524_288) }],
  ])('is %s', async (_what, body) => {
    expect(await judge(body)).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('is a delivery whose header names no type, and its body is not looked at', async () => {
    const headers = { ...HEADERS, 'x-amz-sns-message-type': 'Other' };
    const { port, decisions } = await startGuard({ provider: provide().provider, secret: TOPIC });
    expect((await send(port, { headers, body: JSON.stringify(good) })).status).toBe(401);
    expect(decisions[0]).toMatchObject({ code: 'ERR_WEBHOOK_SIGNATURE' });
  });

  it('is a message of a 65th region, so that tenants cannot name regions without end', async () => {
    const { provider, asked } = provide();
    const topics = Array.from({ length: 65 }, (_none, at) => TOPIC.replace('east-1', `east-${at + 1}`));
    const secret = topics.map((value, at) => ({ id: String(at), value }));
    const judged = async (TopicArn: string): Promise<unknown> => {
      const body = Buffer.from(JSON.stringify(message({ ...NOTIFICATION, TopicArn })));
      const delivery = { method: 'POST', url: '/', headers: HEADERS, body };
      return verify(delivery, { provider, secret, now: NOW });
    };
    await expect(judged(topics[63]!)).resolves.toMatchObject({ secretId: '63' });
    await expect(judged(topics[64]!)).rejects.toMatchObject({ code: 'ERR_WEBHOOK_SIGNATURE' });
    expect(asked).toHaveLength(1);
  });

  it('is a delivery without the header of its type', async () => {
    const { port } = await startGuard({ provider: provide().provider, secret: TOPIC });
    expect((await send(port, { body: JSON.stringify(good) })).status).toBe(401);
  });
});

describe('signBody() for aws-sns', () => {
  it('leaves the fields that are given', () => {
    expect(message({ ...NOTIFICATION, MessageId: 'm1', SignatureVersion: '1' })).toMatchObject({
      MessageId: 'm1',
      SignatureVersion: '1',
      SigningCertURL: CERTIFICATE_URL,
    });
  });

  it('takes the type from the event, and goes with headers', () => {
    const settings = { secret: amazon.privatePem, now: NOW, event: 'Notification' };
    const body = signBody(awsSns, settings, { body: Buffer.from(JSON.stringify(NOTIFICATION)) });
    expect(JSON.parse(body.toString())).toMatchObject({ Type: 'Notification' });
    expect(sign(awsSns, settings, { body })).toEqual({
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-Amz-Sns-Message-Type': 'Notification',
    });
    const confirmation = Buffer.from(JSON.stringify(SUBSCRIPTION));
    const { 'X-Amz-Sns-Message-Type': type } = sign(
      awsSns,
      { secret: amazon.privatePem },
      { body: confirmation },
    );
    expect(type).toBe('SubscriptionConfirmation');
    expect(sign(awsSns, { secret: amazon.privatePem }, { body: Buffer.from('x') })).toMatchObject({
      'X-Amz-Sns-Message-Type': 'Notification',
    });
  });

  it.each([
    ['', amazon.privatePem, 'at least "TopicArn" and "Message"'],
    [JSON.stringify({ Message: 'x' }), amazon.privatePem, 'at least "TopicArn" and "Message"'],
    [JSON.stringify({ TopicArn: TOPIC }), amazon.privatePem, 'at least "TopicArn" and "Message"'],
    [JSON.stringify({ ...NOTIFICATION, SignatureVersion: '3' }), amazon.privatePem, 'aws-sns needs'],
    [JSON.stringify(NOTIFICATION), TOPIC, 'option "secret" is not what aws-sns uses'],
  ])('throws for %j', (body, secret, text) => {
    expect(() => signBody(awsSns, { secret }, { body: Buffer.from(body) })).toThrow(text);
  });
});

describe('sns-validator', () => {
  /** What their validator says, with Amazon's certificate from here. */
  async function theirs(body: Fields): Promise<boolean> {
    jest.spyOn(https, 'get').mockImplementation(((_url: string, listener: (res: unknown) => void) => {
      const response = Object.assign(new EventEmitter(), { statusCode: 200 });
      setImmediate(() => {
        listener(response);
        response.emit('data', Buffer.from(amazon.certificate));
        response.emit('end');
      });
      return new EventEmitter();
    }) as unknown as typeof https.get);
    return new Promise((resolve) => {
      new MessageValidator().validate({ ...body }, (error) => resolve(error === null));
    });
  }

  const CASES: readonly Fields[] = [
    NOTIFICATION,
    { TopicArn: TOPIC, Message: '' },
    { ...NOTIFICATION, SignatureVersion: '1', Message: 'line\r\nline\u2028 "quoted" \\ 漢字 👩‍⚕️' },
    SUBSCRIPTION,
    { ...SUBSCRIPTION, SignatureVersion: '1' },
  ];

  it.each(CASES)('verifies what is signed here, and agrees on what is not', async (fields) => {
    const body = message(fields);
    expect(await theirs(body)).toBe(true);
    expect(await judge(body)).toBeInstanceOf(Object);
    const stolen = message(fields, stranger.privatePem);
    expect(await theirs(stolen)).toBe(false);
    expect(await judge(stolen)).toBe('ERR_WEBHOOK_SIGNATURE');
    for (const name of ['Message', 'MessageId', 'TopicArn', 'Timestamp']) {
      const changed = { ...body, [name]: `${String(body[name])}x` };
      expect(await theirs(changed)).toBe(false);
      expect(await judge(changed)).toBe('ERR_WEBHOOK_SIGNATURE');
    }
  });
});
