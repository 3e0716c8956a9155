import { createHmac } from 'node:crypto';
import {
  fastcomments,
  hubspotV1,
  slack,
  square,
  standardWebhooks,
  stripe,
  telehealth,
  type Delivery,
} from 'hooklatch';
import { diagnosed, good, PAYLOAD, PRETTY, secretOf, withBody } from '../helpers/deliveries';

describe('diagnose() keeps secrets', () => {
  const SECRETS = [
    'plain-secret-nobody-may-see',
    '  spaced-secret-nobody-may-see\n',
    '"quoted-secret-nobody-may-see"',
  ];

  it('shows neither a secret nor a signature that would be right', () => {
    for (const secret of SECRETS) {
      for (const provider of [fastcomments, telehealth, stripe, standardWebhooks, square, slack, hubspotV1]) {
        const sent = good(provider, PRETTY);
        const key = provider.secret.encoding === 'utf8' ? secret : secretOf(provider);
        const deliveries: Delivery[] = [
          sent,
          withBody(sent, JSON.stringify(PAYLOAD)),
          withBody(sent, `${secret}${key}`),
          {
            ...sent,
            headers: {
              ...sent.headers,
              'x-signature': key,
              token: key,
              [`x-${key.replace(/\W/g, '')}-timestamp`]: key,
            },
          },
          { ...sent, headers: Object.fromEntries(Object.keys(sent.headers).map((name) => [name, key])) },
          { ...sent, method: key, url: `/${key}` },
          { ...sent, headers: { 'x-other-signature': key, host: key } },
        ];
        for (const delivery of deliveries) {
          const text = JSON.stringify(diagnosed(provider, delivery, { secret: key }));
          const visible = key.replace(/[\s"]/g, '');
          expect([provider.name, text.includes(visible)]).toEqual([provider.name, false]);
          const mac = createHmac('sha256', key).update(delivery.body);
          expect(text).not.toContain(mac.digest('hex').slice(0, 16));
        }
      }
    }
  });

  it('shows nothing of a secret that cannot be read', () => {
    const { findings } = diagnosed(standardWebhooks, good(standardWebhooks), {
      secret: 'whsec_not!base64!at!all',
    });
    expect(JSON.stringify(findings)).not.toContain('not!base64');
  });
});
