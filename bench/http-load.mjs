// The load of the HTTP comparison, in a process of its own: raw sockets on 127.0.0.1, a fixed number of requests.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { payload } from './payloads.mjs';

const SECRET = 'a-secret-of-32-bytes-for-the-bench';
const CONNECTIONS = 16;
let serial = 0;

function requestParts(bytes, kind) {
  const body = payload(bytes);
  const mac = createHmac('sha256', SECRET).update(body).digest('hex');
  const wrong = `${mac.slice(0, -1)}${mac.endsWith('0') ? '1' : '0'}`;
  const signature = {
    good: `X-Hub-Signature-256: sha256=${mac}\r\n`,
    wrong: `X-Hub-Signature-256: sha256=${wrong}\r\n`,
    missing: '',
  }[kind];
  const head =
    'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: GitHub-Hookshot/bench\r\nAccept: */*\r\n' +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nX-GitHub-Event: push\r\n${signature}`;
  return { head, body };
}

/** Sends so many requests over kept-alive connections and answers with the statuses. */
function load(port, bytes, kind, requests) {
  const { head, body } = requestParts(bytes, kind);
  const statuses = {};
  let left = requests;
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      let text = '';
      const next = () => {
        if (left <= 0) {
          socket.end();
          resolve();
          return;
        }
        left -= 1;
        serial += 1;
        // Every delivery is one of its own: its id tells it from the others.
        socket.write(`${head}X-GitHub-Delivery: ${process.pid}-${serial}\r\n\r\n`);
        socket.write(body);
      };
      socket.on('data', (data) => {
        text += data.toString('latin1');
        const end = text.indexOf('\r\n\r\n');
        if (end === -1) return;
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        const status = text.slice(9, 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
        text = '';
        next();
      });
      socket.on('error', reject);
      next();
    });
  return Promise.all(Array.from({ length: CONNECTIONS }, one)).then(() => statuses);
}

process.on('message', ({ port, bytes, kind, requests }) => {
  load(port, bytes, kind, requests).then(
    (statuses) => process.send({ statuses }),
    (error) => process.send({ error: String(error) }),
  );
});
