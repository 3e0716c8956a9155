import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

/** The headers of a delivery of GitHub, signed by nothing of the library. */
export const headersOf = (body: Buffer, secret: string, id: string): Record<string, string | number> => ({
  'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  'X-GitHub-Event': 'push',
  'X-GitHub-Delivery': id,
  'Content-Type': 'application/json',
  'Content-Length': body.length,
});

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a delivery, and gives the status; 0 where there was no answer. */
export function post(port: number, headers: Record<string, string | number>, body: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const req = request(
      { agent, port, host: '127.0.0.1', method: 'POST', path: '/github', headers },
      (res) => {
        res.resume();
        res.on('end', () => resolve(res.statusCode ?? 0));
        res.on('error', () => resolve(0));
      },
    );
    req.on('error', () => resolve(0));
    req.end(body);
  });
}
