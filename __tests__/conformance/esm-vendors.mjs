// Puts the questions of harness.ts to packages that are ES modules:
// node esm-vendors.mjs NAME < {"now","deliveryId","questions"}
import { readFileSync } from 'node:fs';

const { now, questions } = JSON.parse(readFileSync(0, 'utf8'));
Date.now = () => now;

const VENDORS = {
  async github() {
    const { sign, verify } = await import('@octokit/webhooks-methods');
    return {
      verify: ({ headers, body }, secret) => verify(secret, body, headers['x-hub-signature-256']),
      sign: async (body, secret) => ({ 'x-hub-signature-256': await sign(secret, body) }),
    };
  },
  async linear() {
    const { LinearWebhookClient } = await import('@linear/sdk/webhooks');
    return {
      verify: ({ headers, body }, secret) =>
        new LinearWebhookClient(secret).verify(Buffer.from(body), headers['linear-signature']),
    };
  },
  async twitch() {
    const { EventSubMiddleware } = await import('@twurple/eventsub-http');
    const header = (headers, name) => headers[`twitch-eventsub-message-${name}`];
    return {
      // The step of its request handler that judges the signature.
      verify: ({ headers, body }, secret) =>
        EventSubMiddleware.prototype._verifyData.call(
          { _secret: secret },
          header(headers, 'id'),
          header(headers, 'timestamp'),
          body,
          header(headers, 'signature'),
        ),
    };
  },
};

const vendor = await VENDORS[process.argv[2]]();
const answers = [];
for (const question of questions) {
  if ('sign' in question) {
    answers.push({ headers: await vendor.sign(question.sign, question.secret) });
    continue;
  }
  try {
    const accepted = (await vendor.verify(question.verify, question.secret)) !== false;
    answers.push({ accepted, reason: accepted ? '' : 'false' });
  } catch (error) {
    answers.push({ accepted: false, reason: error.message });
  }
}
console.log(JSON.stringify(answers));
