import { ERROR_CODES, WebhookError } from '../errors';
import type { Webhook } from '../core/delivery';
import { verify } from '../core/verify';
import { JUDGING_HELP, readJudging } from './verification-input';
import { paint, type Terminal } from './terminal';

export const VERIFY_HELP = `hooklatch verify <provider> [file] --secret-env <variable>

Verifies a saved delivery as the receiver does.

${JUDGING_HELP}

  hooklatch verify stripe request.http --secret-env STRIPE_SECRET --now 2026-01-31T12:00:00Z
  hooklatch verify github --har page.har --entry 3 --secret-file github.secret
`;

/** Verifies one saved delivery and prints the verdict. */
export async function verifyDelivery(args: readonly string[], io: Terminal): Promise<number> {
  const { delivery, settings, json } = await readJudging(args, io);
  let webhook: Webhook;
  try {
    webhook = await verify(delivery, settings);
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    const { code } = error;
    const { message } = ERROR_CODES[code];
    if (json) io.printJson({ verified: false, code, message });
    else {
      io.print(paint.red('not verified'), `: ${code}, ${message}`);
      io.print('"hooklatch diagnose" finds out why.');
    }
    return 1;
  }
  const { provider, event = null, id = null, timestamp, secretId, rawBody, trusted } = webhook;
  const result = {
    provider,
    event,
    id,
    timestamp: timestamp?.toISOString() ?? null,
    secretId,
    bytes: rawBody.length,
  };
  if (json) {
    io.printJson({ verified: true, ...result, trusted });
    return 0;
  }
  io.print(paint.green('verified'));
  for (const [name, value] of Object.entries(result)) io.print(`  ${name.padEnd(9)}  ${value ?? '-'}`);
  return 0;
}
