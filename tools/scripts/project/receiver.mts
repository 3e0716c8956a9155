// Compiled as a module and as CommonJS.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { getWebhook, medplum, webhookGuard, type Decision, type WebhookGuardOptions } from 'hooklatch';
import { startInspector, type Inspector } from 'hooklatch/inspector';
import { signedRequest, type DeliveryVariant } from 'hooklatch/testing';

interface Patient {
  readonly id: string;
}

/** Only compiled. */
export const open = (): Promise<Inspector> => startInspector({ port: 0 });

async function main(): Promise<void> {
  const secret = 'a secret for a trial, long enough';
  const received: string[] = [];
  const decisions: Decision[] = [];
  const options: WebhookGuardOptions = {
    provider: medplum,
    secret,
    onDecision: (decision) => decisions.push(decision),
  };
  const app = express();
  app.post('/hook', webhookGuard(options), (req, res) => {
    const verified: boolean | undefined = req.webhook?.verified;
    if (verified === true) received.push(getWebhook<Patient>(req).payload.id);
    res.sendStatus(204);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const send = async (variant?: DeliveryVariant): Promise<number> =>
    (await fetch(url, signedRequest(medplum, { secret, body: { id: '1' }, variant }))).status;
  assert.equal(await send(), 204);
  assert.equal(await send('tampered'), 403);
  assert.equal(await send('stale'), 403);
  assert.deepEqual(received, ['1']);
  assert.deepEqual(
    decisions.map(({ code }) => code),
    [null, 'ERR_WEBHOOK_SIGNATURE', 'ERR_WEBHOOK_TIMESTAMP'],
  );
  server.close();
  server.closeAllConnections();
  console.log('received one delivery and refused two');
}

void main();
